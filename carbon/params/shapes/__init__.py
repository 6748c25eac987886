"""The shapes of parameter files, one subject a file."""
