"""Readers' tables, in tonnes."""
