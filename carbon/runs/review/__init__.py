"""Reviewing what was published: rerun, compare, verify, explain."""
