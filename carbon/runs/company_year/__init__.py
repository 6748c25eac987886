"""One company-year, from its stale inputs to its published set."""
