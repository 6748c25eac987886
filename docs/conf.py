"""The documentation as pages: `make docs`. Nothing is fetched when a page is opened: no font, no script from elsewhere.

The navigation is `_toc.yml`. Docstrings have the numpy style; words in single backticks are code.
"""

project = "carbon"
html_title = "carbon"
language = "en"
extensions = ["myst_parser", "sphinx_external_toc", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
external_toc_path = "_toc.yml"
exclude_patterns = ["img"]

# Links to headings, as code hosts make them.
myst_heading_anchors = 4
myst_enable_extensions = ["attrs_block"]
default_role = "code"
# Pygments has no lexer for csv and cron lines: these blocks stay plain.
suppress_warnings = ["misc.highlighting_failure"]

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_show_sphinx = False
html_copy_source = False
