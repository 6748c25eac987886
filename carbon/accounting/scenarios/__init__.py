"""What if: a year computed again with some of its activities changed, next to the year as it was."""
