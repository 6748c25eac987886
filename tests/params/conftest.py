"""A small project of an invented company, for the readers of its params."""

from records_folder import folder  # noqa: F401 (a fixture)
