"""First neural network in NumPy: the names that the notebooks import.

Each name is imported from its module on first use, so `import mlp_helpers` costs nothing, and one module can be used
without the others.
"""

from importlib import import_module

__version__ = "0.3.0"

_NAMES = {
    "activations": ("Activation", *["linear", "linear_d", "relu", "relu_d", "sigmoid", "sigmoid_d", "tanh", "tanh_d"]),
    "checking.observations": ("exercise_rng",),
    "checks": ("case", "check", "compare_guess", "own_answers", "todo", "use_reference"),
    "config": ("MLPConfig",),
    "data": (*("FASHION_CLASSES", "DataError", "fashion_mnist", "minibatches", "mnist", "one_hot", "unhot"), "writers"),
    "gradients": ("GradientCheckError", "GradientReport", "numerical_gradient", "relative_error"),
    "history": ("EpochResult", "History"),
    "layers": ("Dropout", "FullyConnectedLayer", "InputLayer", "Layer", "Parameterized"),
    "network": ("NeuralNetwork",),
    "optimizers": ("SGD", "Adam", "AdamW", "Momentum", "Nesterov"),
    "outputs": ("LinearOutput", "Loss", "SoftmaxOutput", "softmax"),
    "protocol": ("evaluate",),
    "saving": ("save_network",),
    "training": ("TrainingDiverged", "epochs"),
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names}
__all__ = sorted(_MODULES)


def __getattr__(name):
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return __all__
