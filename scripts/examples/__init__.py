"""The three invented example companies, one module each."""
