"""How the documentation is built: ``sphinx-build -W docs docs/_build``."""

from pathlib import Path

from sphinx.application import Sphinx

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


def draw_figures(app: Sphinx) -> None:
    """Draw the figures of the pages from the example, so that they show what the program finds today."""
    from township_eval import examples

    lingwu = examples.path("lingwu")
    scheme = township_eval.read_scheme(lingwu / "scheme.yaml")
    evaluation = township_eval.evaluate(scheme, township_eval.read_inputs(lingwu / "2018-H2", scheme))
    folder = Path(app.srcdir) / "figures"
    folder.mkdir(exist_ok=True)
    for lang in ("zh", "en"):
        figure = township_eval.plot_intervals(evaluation, "satisfaction", lang=lang)
        figure.savefig(folder / f"satisfaction.{lang}.svg")


def setup(app: Sphinx) -> None:
    """Have the figures drawn before the pages are read."""
    app.connect("builder-inited", draw_figures)
