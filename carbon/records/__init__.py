"""Files become typed records: read with certainty, or refused with file, line, column, value and remedy."""
