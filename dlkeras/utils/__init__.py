"""Small tools that more than one lab needs."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submod_attrs={"gradients": ["value_and_gradients"]}
)
