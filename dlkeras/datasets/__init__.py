"""Data that labs learn from, in the shape of `keras.datasets`.

>>> from dlkeras.datasets import load_digits
>>> (x_train, y_train), (x_test, y_test) = load_digits()

Every split is fixed, whatever the seed of the run. A file that is not part of
an installed package is fetched once, checked by its SHA-256 and kept in a
cache folder: see `dlkeras.datasets.fetch`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["fetch"],
    submod_attrs={
        "auto_mpg": ["load_auto_mpg"],
        "breast_cancer": ["load_breast_cancer"],
        "digits": ["load_digits"],
        "exam_scores": ["load_exam_scores"],
        "faces": ["load_faces"],
        "fashion_mnist": ["load_fashion_mnist"],
        "mnist_5k": ["load_mnist_5k"],
        "nuclei": ["Nuclei", "load_nuclei"],
        "penguins": ["load_penguins"],
        "photos": ["load_photo", "load_photos"],
        "retina": ["load_retina"],
        "scenes": ["make_scenes"],
        "table": ["Dataset", "Images", "Table"],
        "toys": ["make_circles", "make_moons", "make_spirals"],
        "windsor_housing": ["load_windsor_housing"],
    },
)
