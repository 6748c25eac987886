"""Several years of one company: history, base year, restatement, and why the number moved."""
