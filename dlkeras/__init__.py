"""dlkeras: what the labs of the deep-learning workbook share.

Importing the package is instant: the parts that need Keras, TensorFlow or
Matplotlib are imported when they are first used.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "callbacks",
        "datasets",
        "layers",
        "losses",
        "metrics",
        "models",
        "scratch",
        "utils",
        "visualization",
        "workbook",
    ],
)
