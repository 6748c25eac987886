"""The annual report: a registry of exhibits and their subjects."""
