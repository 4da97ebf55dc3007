"""Wrong answers to `slope`."""

import numpy as np

from wrong_answers import partly_right, wrong


@wrong("takes the input of tanh for its output", names="output|tanh of|1 - x")
def slope_tanh_of_output(name, x):
    if name == "tanh":
        return 1 - x**2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


@wrong("writes ^ for a power", names="power|xor|bitwise")
def slope_xor(name, x):
    if name == "tanh":
        return 1 - np.tanh(x) ^ 2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


@wrong("squares x, not tanh(x)", names="np.tanh.x[*][*]2")
def slope_square_inside(name, x):
    if name == "tanh":
        return 1 - np.tanh(x**2)
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


@wrong("overwrites the caller's array", names="input has changed")
def slope_relu_in_place(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        x[x <= 0] = 0
        x[x > 0] = 1
        return x
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


@wrong("has slope 0.01 on the left, not 0.1", names="0[.]01|factor")
def slope_leaky_relu_001(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.01)
    if name == "linear":
        return np.ones_like(x)
    raise ValueError(name)


@wrong("gives one number for an array", names="single number")
def slope_linear_one_number(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return 1
    raise ValueError(name)


@wrong("is the function, not its slope", names="get x back")
def slope_linear_itself(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return x
    raise ValueError(name)


@wrong("has a 1 for each row only", names="each row")
def slope_linear_along_one_axis(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return np.ones(len(x))
    raise ValueError(name)


@wrong("divides 0 by 0", names="divides by 0|x / x")
def slope_linear_x_by_x(name, x):
    if name == "tanh":
        return 1.0 - np.tanh(x) ** 2
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "leaky relu":
        return np.where(x > 0, 1.0, 0.1)
    if name == "linear":
        return x / x
    raise ValueError(name)


@wrong("writes a condition with `or` that is true of every name", names="`or`|always|condition")
def slope_or_always_true(name, x):
    if name == "relu" or "linear":  # noqa: SIM222  always true
        return np.where(x > 0, 1.0, 0.0)
    if name == "tanh":
        return 1 - np.tanh(x) ** 2
    raise ValueError(name)


@wrong("returns functions", names="function returned|called")
def slope_functions_uncalled(name, x):
    table = {"tanh": lambda x: 1 - np.tanh(x) ** 2, "relu": np.sign, "leaky relu": np.sign, "linear": np.ones_like}
    if name not in table:
        raise ValueError(name)
    return table[name]


@wrong("squares x, not tanh(x)", names="np.tanh.x[*][*]2")
def slope_square_inside_with_dictionary(name, x):
    slopes = {"relu": x > 0, "leaky relu": np.where(x > 0, 1, 0.1), "linear": np.ones_like(x)}
    if name == "tanh":
        return 1 - np.tanh(x**2)
    if name not in slopes:
        raise ValueError(name)
    return slopes[name]


@partly_right("takes the mean of both slopes at 0")
def slope_half_at_0(name, x):
    slopes = {"tanh": 1 - np.tanh(x) ** 2, "relu": np.heaviside(x, 0.5), "linear": np.ones_like(x)}
    slopes["leaky relu"] = np.heaviside(x, 0.5) + 0.1 * np.heaviside(-x, 0.5)
    if name not in slopes:
        raise ValueError(name)
    return slopes[name]
