"""HTML pages: exhibits, tables, sanitised content, the index."""
