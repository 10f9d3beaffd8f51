"""How the documentation is built: ``sphinx-build -W docs docs/_build``."""

import township_eval

project = "township_eval"
author = "The township_eval maintainers"
copyright = "2026, the township_eval maintainers"
version = release = township_eval.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
nitpicky = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

napoleon_google_docstring = False
napoleon_use_rtype = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"

html_theme = "alabaster"
html_theme_options = {
    "description": "From a signed scheme and spreadsheets to traceable scores",
    "fixed_sidebar": True,
}
html_show_sphinx = False
