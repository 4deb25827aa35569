"""What makes a script a lab: claims, exercises and the seed.

>>> from dlkeras.workbook import claim, exercise, set_seed
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "catalog": ["Lab", "UnknownLab", "find_lab", "find_labs"],
        "claims": ["ClaimError", "claim"],
        "exercise": ["Exercise", "NotTried", "Wrong", "exercise"],
        "seed": ["get_seed", "set_seed"],
    },
)
