"""NumPy-only teaching code that grows through the labs."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["activations", "losses"],
    submod_attrs={
        "autograd": ["Value"],
        "mlp": ["MLP", "Dense"],
        "optimizers": [
            "SGD",
            "AdaGrad",
            "Adam",
            "AdamW",
            "Momentum",
            "Nesterov",
            "RMSprop",
        ],
        "perceptron": ["Perceptron"],
    },
)
