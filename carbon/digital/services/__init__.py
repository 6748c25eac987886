"""A digital service: its ten answers, its impacts and what would change them."""
