"""One module for each kind of record: its rows become classified quantities."""
