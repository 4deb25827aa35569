"""NumPy-only teaching code that grows through the labs."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submod_attrs={"perceptron": ["Perceptron"]}
)
