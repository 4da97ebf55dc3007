"""Widgets for notebooks. Without a kernel (exported, printed, on the web) each shows a figure instead.

Notebooks import it, and `yours`; nothing else imports ipywidgets. Read `live` first.
"""

from mlp_helpers.widgets.descent import explore_descent
from mlp_helpers.widgets.drawing import draw_digit
from mlp_helpers.widgets.explorers import explore_activation, explore_difference, explore_epochs
from mlp_helpers.widgets.live import playground
from mlp_helpers.widgets.neuron import explore_circuit, neuron_circuit

__all__ = [
    "draw_digit",
    "explore_activation",
    "explore_circuit",
    "explore_descent",
    "explore_difference",
    "explore_epochs",
    "neuron_circuit",
    "playground",
]
