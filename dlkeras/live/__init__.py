"""Models that readers can try in the page, in a notebook, or take away as ONNX.

>>> from dlkeras import live
>>> live.draw_digit(model)  # the last expression of a cell

While the site is built, this exports the model just trained, checks the
export against Keras and puts a widget into the page. In a notebook it shows
the same widget. A plain script writes the ONNX file and says where it is.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "dial": ["dial"],
        "draw_digit": ["draw_digit"],
        "drop_ball": ["drop_ball"],
        "dropout_spread": ["dropout_spread"],
        "export": ["ExportError", "export_onnx"],
        "feature_maps": ["feature_maps"],
        "grad_cam": ["grad_cam"],
        "neuron": ["neuron"],
        "surfaces": ["surfaces"],
        "what_if": ["Feature", "what_if"],
        "widget": ["Widget"],
    },
)
