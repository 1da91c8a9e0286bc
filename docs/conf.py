"""How the site is built, with ``sphinx-build -W docs docs/_build/html``. Its pages load nothing from elsewhere."""

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "kundenmetrik"
project_copyright = "2026, the kundenmetrik maintainers, MIT licence"
release = version = installed("kundenmetrik")
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_design",
    "sphinx_copybutton",
    "sphinx-mathjax-offline",
    "matplotlib.sphinxext.plot_directive",
    "reference",
]
exclude_patterns = ["_build", "_extensions"]

myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_default_options = {
    "members": True,
    "inherited-members": "BaseModel, BaseException, Exception, ValueError, TypeError, AssertionError, tuple",
    "exclude-members": "RULES, model_config, headline, shown",
}
nitpicky = True
autosummary_generate = False
numpydoc_show_class_members = False
toc_object_entries_show_parents = "hide"

plot_formats = ["svg"]
plot_html_show_formats = False
plot_html_show_source_link = False
plot_include_source = False

copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True

html_theme = "pydata_sphinx_theme"
html_title = "kundenmetrik"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_logo = html_favicon = "_static/mark.svg"
html_show_sourcelink = False
html_copy_source = False
html_sidebars = {"index": [], "start": [], "changes": []}
html_theme_options = {
    "logo": {"text": "kundenmetrik"},
    "navbar_align": "left",
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "navbar_end": ["theme-switcher"],
    "show_toc_level": 2,
}
