"""From cells to typed columns."""
