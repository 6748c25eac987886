"""Schedules of company-years: processes, journal, summary."""
