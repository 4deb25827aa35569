"""Configuration of the site. What the builder may choose is in `labsite.settings`."""

import os
import sys
from pathlib import Path

# Labs run one on each core. TensorFlow and NumPy read these when they are
# imported, here and in the processes that execute labs.
ENVIRONMENT = {
    "KERAS_BACKEND": "tensorflow",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",  # sets are printed in the same order in each build
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
for name, value in ENVIRONMENT.items():
    os.environ.setdefault(name, value)

# The site is about this checkout, whichever dlkeras is installed.
HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE / "_ext")]

from labsite.schedule import filename_pattern  # noqa: E402
from labsite.settings import Settings  # noqa: E402

import dlkeras  # noqa: E402

settings = Settings.from_environment()

project = "Deep learning, measured"
author = "The dlkeras authors"
project_copyright = "the dlkeras authors"
version = release = dlkeras.__version__

extensions = [
    "labsite.workers",  # first: it imports Keras while the others load
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_gallery.gen_gallery",
    "sphinx_copybutton",
    "sphinxext.opengraph",
    "notfound.extension",
    "labsite",
]
exclude_patterns = ["_build", "_ext", "labs/**/*.ipynb", "labs/**/*.py"]
templates_path = ["_templates"]
default_role = "code"  # docstrings write `shape`, and mean code

html_math_renderer = "katex"  # of `labsite.mathematics`

nitpicky = True
# There is no network to look up the documentation of other packages, so types
# of theirs in a signature stay without a link. Ours are all checked.
nitpick_ignore_regex = [
    ("py:.*", r"(?!dlkeras\.).*"),
    # How a source of data works is nobody's business outside of `fetch`.
    ("py:class", r"dlkeras\.datasets\.sources\..*"),
]

# API
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autosummary_generate = False  # `labsite.api` does, without importing Keras
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_custom_sections = [  # of Keras's own style
    ("Call arguments", "params_style"),
    "Input shape",
    "Output shape",
]
python_use_unqualified_type_names = True

# Labs
sphinx_gallery_conf = {
    "examples_dirs": "../labs",
    "gallery_dirs": "labs",
    "filename_pattern": filename_pattern(settings),
    "within_subsection_order": "FileNameSortKey",
    "image_scrapers": ("labsite.scraper.figures",),
    "capture_repr": ("_repr_html_",),  # of the widgets of dlkeras.live
    "ignore_repr_types": r"^<class '(?!dlkeras\.)",
    "remove_config_comments": True,
    "reset_modules": ("matplotlib", "labsite.hooks.reset"),
    "reset_modules_order": "both",
    "doc_module": ("dlkeras",),
    "download_all_examples": False,
    "write_computation_times": False,
    "show_signature": False,
    "min_reported_time": 1e9,  # the bar of a lab says it
    "css": (),  # all in labsite.css
    "notebook_extensions": {},
}

# Appearance
html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_css_files = ["labsite.css"]
html_js_files = [("labsite.js", {"defer": "defer"})]  # no module: file:// works too
html_context = {"default_mode": "auto"}
html_copy_source = False
html_show_sourcelink = False
html_scaled_image_link = False
html_last_updated_fmt = None
html_baseurl = settings.site_url
html_sidebars = {
    page: []
    for page in (
        *("index", "about", "claims", "glossary", "live"),
        *("paths/*", "404", "search"),
    )
}
html_theme_options = {
    "logo": {"text": project},
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 6,
    "show_nav_level": 2,
    "navigation_depth": 3,
    "show_toc_level": 1,
    "secondary_sidebar_items": ["page-toc"],
    "article_header_start": ["breadcrumbs"],
    "footer_start": ["copyright"],
    "footer_end": ["sphinx-version"],
    "search_bar_text": "Search the labs …",
    "back_to_top_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "external_links": [{"name": "Source", "url": settings.repository_url}]
    if settings.repository
    else [],
}

copybutton_exclude = ".linenos, .gp, .go"
copybutton_selector = "div.highlight-Python pre, div.highlight-python pre"

# Sharing
notfound_urls_prefix = f"/{settings.site_url.partition('://')[2].partition('/')[2]}"
ogp_site_url = settings.site_url
ogp_site_name = project
ogp_social_cards = {
    "enable": bool(settings.site_url),
    "image_mini": "_static/mark.png",
    "line_color": "#0b5d8a",
}
ogp_enable_meta_description = True
if settings.site_url:
    extensions.append("sphinx_sitemap")
    sitemap_url_scheme = "{link}"
    sitemap_excludes = ["search.html", "genindex.html", "404.html"]
