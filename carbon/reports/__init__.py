"""Inventories for readers: tables in tonnes, figures, the HTML report, the index and safe exports."""
