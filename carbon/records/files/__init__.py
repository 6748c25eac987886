"""Reading a file, a company, a ledger; checking them."""
