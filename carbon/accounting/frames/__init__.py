"""One tidy frame of an inventory: rows, pivots of them, tables of one's own joined to them."""
