"""From files to cells."""
