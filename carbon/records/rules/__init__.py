"""Which rows count."""
