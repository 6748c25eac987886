"""Words that readers see, in the language of the report."""
