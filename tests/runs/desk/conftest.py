"""A small project of an invented company, grids and headings, for check and map."""

from records_folder import folder, grid_of, headings_of  # noqa: F401 (fixtures)
