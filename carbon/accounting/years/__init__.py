"""Several years of one company: history, base year, restatement, and the bridge between two years."""
