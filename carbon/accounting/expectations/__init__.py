"""What a company's own past lets expect of a year, and what does not fit."""
