"""Figures of the course: functions that return a Figure, and `show`, which puts one into a notebook.

Notebooks, widgets and reports import it. It imports nothing of the package but figure data. Read `figures` first.
"""

from mlp_helpers.plots.circuits import Node, circuit
from mlp_helpers.plots.curves import importance_bars, learning_curves, search_curves, search_history
from mlp_helpers.plots.diagrams import computational_graph, network_diagram, neuron_and_layer, xor_planes
from mlp_helpers.plots.figures import COLOURS, new_figure, show
from mlp_helpers.plots.images import confusion_matrix, count_mistakes, image_grid, weight_images
from mlp_helpers.plots.surfaces import surface

__all__ = [
    "COLOURS",
    "Node",
    "circuit",
    "computational_graph",
    "confusion_matrix",
    "count_mistakes",
    "image_grid",
    "importance_bars",
    "learning_curves",
    "network_diagram",
    "neuron_and_layer",
    "new_figure",
    "search_curves",
    "search_history",
    "show",
    "surface",
    "weight_images",
    "xor_planes",
]
