"""Callbacks that labs share."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "learning_rate_finder": ["LearningRateFinder"],
        "progress": ["Progress"],
    },
)
