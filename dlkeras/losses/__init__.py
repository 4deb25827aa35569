"""Loss functions that labs build and later labs use."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "perceptron": ["PerceptronLoss"],
        "quantile": ["QuantileLoss"],
    },
)
