"""The company's ledger and desk: decisions, plans, filings, new projects."""
