"""Right answers to `slope`, in the styles of different students."""

import numpy as np


def slope_dict_of_functions(name, x):
    slopes = {
        "tanh": lambda x: 1 - np.tanh(x) ** 2,
        "relu": lambda x: (x > 0).astype(float),
        "leaky relu": lambda x: (x > 0) + 0.1 * (x <= 0),
        "linear": lambda x: np.ones(np.shape(x)),
    }
    if name not in slopes:
        raise ValueError(name)
    return slopes[name](x)


def slope_match(name, x):
    match name:
        case "tanh":
            return 1 / np.cosh(np.clip(x, -300, 300)) ** 2
        case "relu":
            return np.heaviside(x, 0)
        case "leaky relu":
            return 0.1 + 0.9 * np.heaviside(x, 0)
        case "linear":
            return x * 0 + 1
        case _:
            raise ValueError("I know tanh, relu, leaky relu and linear")


def slope_from_key_error(name, x):
    table = {
        "tanh": 1 - np.tanh(x) ** 2,
        "relu": np.sign(np.maximum(x, 0)),
        "leaky relu": np.clip(np.sign(x), 0.1, 1),
        "linear": np.full_like(x, 1),
    }
    try:
        return table[name]
    except KeyError:
        raise ValueError(f"no activation {name}") from None


def slope_with_sigmoid(name, x):
    if name == "sigmoid":
        s = 0.5 * (1 + np.tanh(x / 2))
        return s * (1 - s)
    if name not in ("tanh", "relu", "leaky relu", "linear"):
        raise ValueError
    if name == "tanh":
        y = np.tanh(x)
        return (1 - y) * (1 + y)
    result = np.ones_like(x)
    if name != "linear":
        result[x <= 0] = 0.1 if name == "leaky relu" else 0
    return result


VARIANTS = [slope_dict_of_functions, slope_match, slope_from_key_error, slope_with_sigmoid]
