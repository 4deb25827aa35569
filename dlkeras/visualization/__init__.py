"""Plots and drawings of the labs, and the style of all figures.

``plt.style.use("dlkeras.visualization.lab")`` gives a lab its look.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "boundary": ["animate_boundary"],
        "boxes": ["show_boxes"],
        "chains": ["draw_chains"],
        "columns": ["plot_columns"],
        "decision": ["plot_decision"],
        "descent": ["animate_descent"],
        "four_runs": ["draw_four_runs"],
        "graph": ["animate_graph", "plot_graph"],
        "fields": ["draw_fields"],
        "history": ["plot_history"],
        "images": ["show_images"],
        "nerve_cell": ["draw_neurons"],
        "network": ["draw_network"],
        "parallel": ["plot_parallel"],
        "regions": ["show_regions"],
        "scores": ["plot_scores"],
        "three_parts": ["draw_three_parts"],
        "ways": ["draw_ways"],
    },
)
