"""From YAML to parameters."""
