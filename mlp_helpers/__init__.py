"""A first neural network in NumPy: what the notebooks build and import.

Importing it imports NumPy and nothing heavier: Matplotlib, SciPy, tqdm and pooch wait until they are used.
"""

from mlp_helpers.activations import (
    Activation,
    linear,
    linear_d,
    relu,
    relu_d,
    sigmoid,
    sigmoid_d,
    tanh,
    tanh_d,
)
from mlp_helpers.config import MLPConfig
from mlp_helpers.data import DataError, minibatches, mnist, one_hot, unhot
from mlp_helpers.gradients import GradientCheckError, GradientReport, numerical_gradient, relative_error
from mlp_helpers.layers import FullyConnectedLayer, InputLayer, Layer, Parameterized
from mlp_helpers.network import NeuralNetwork
from mlp_helpers.optimizers import SGD
from mlp_helpers.outputs import LinearOutput, Loss, SoftmaxOutput, softmax
from mlp_helpers.training import EpochResult, History, TrainingDiverged, epochs

__all__ = [
    "SGD",
    "Activation",
    "DataError",
    "EpochResult",
    "FullyConnectedLayer",
    "GradientCheckError",
    "GradientReport",
    "History",
    "InputLayer",
    "Layer",
    "LinearOutput",
    "Loss",
    "MLPConfig",
    "NeuralNetwork",
    "Parameterized",
    "SoftmaxOutput",
    "TrainingDiverged",
    "epochs",
    "linear",
    "linear_d",
    "minibatches",
    "mnist",
    "numerical_gradient",
    "one_hot",
    "relative_error",
    "relu",
    "relu_d",
    "sigmoid",
    "sigmoid_d",
    "softmax",
    "tanh",
    "tanh_d",
    "unhot",
]
