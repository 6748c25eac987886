"""YAML and tables of a project become parameters; where its files are."""
