"""What a company declares: the shapes of parameter files, and YAML read into them."""
