"""Sites, entities, meters and files of a company from year to year: what came, went, or changed its name."""
