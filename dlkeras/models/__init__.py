"""Keras models that labs build and later labs use."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "efficientnet_lite": ["EfficientNetLite0"],
        "imagenet": ["imagenet_class_names"],
    },
)
