"""Right answer to `slope`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey

FORUM_31965 = (
    "https://community.deeplearning.ai/t/c1w3a1-backward-propagation-valueerror"
    "-operands-could-not-be-broadcast-together-with-shapes-7-9-9-7/31965"
)


def _slope(name, x):
    slopes = {
        "tanh": lambda: 1.0 - np.tanh(x) ** 2,
        "relu": lambda: np.where(x > 0, 1.0, 0.0),
        "leaky relu": lambda: np.where(x > 0, 1.0, 0.1),
        "linear": lambda: np.ones(x.shape),
    }
    if name not in slopes:
        raise ValueError(f"name must be an activation, got {name!r}")
    return slopes[name]()


KEY = AnswerKey(reference=_slope)


@KEY.mistake("All slopes are right, but an unknown name gets the slope of linear. What should happen instead?")
def slope_else_linear(name, x):
    return _slope(name, x) if name in ("tanh", "relu", "leaky relu") else np.ones_like(x)


@KEY.mistake(
    "All slopes are right, but an unknown name leads to a KeyError. Which exception does the task ask for, and who "
    "raises it?"
)
def slope_key_error(name, x):
    slopes = {
        "tanh": 1 - np.tanh(x) ** 2,
        "relu": np.where(x > 0, 1.0, 0.0),
        "leaky relu": np.where(x > 0, 1.0, 0.1),
        "linear": np.ones_like(x),
    }
    return slopes[name]


@KEY.mistake(
    "All slopes are right, but an unknown name gets None. What does a function return when it reaches its end?"
)
def slope_none(name, x):
    return _slope(name, x) if name in ("tanh", "relu", "leaky relu", "linear") else None


@KEY.mistake(
    "All slopes are right, but for an unknown name an exception is returned like a result. Which statement sets one "
    "off?"
)
def slope_returns_exception(name, x):
    if name in ("tanh", "relu", "leaky relu", "linear"):
        return _slope(name, x)
    return ValueError("unknown name")


@KEY.mistake("Three slopes are right, but linear gets a single number. What is the shape of x?")
def slope_linear_one_number(name, x):
    return 1.0 if name == "linear" else _slope(name, x)


@KEY.mistake(
    "Three slopes are right, but linear gets one number for each row of x. What about the columns?",
)
def slope_linear_one_per_row(name, x):
    return np.ones(len(x)) if name == "linear" else _slope(name, x)


@KEY.mistake(
    "Three slopes are right, but for linear you get x back. That is the function itself: how steep is it?",
    source="https://github.com/scientific-computing/FKB/issues/3",
)
def slope_linear_gives_x(name, x):
    return x if name == "linear" else _slope(name, x)


@KEY.mistake(
    "Three slopes are right, but linear gets 0, which would stop every gradient. By how much does the output grow "
    "when x grows a little?",
    source="https://github.com/vivin/DigitRecognizingNeuralNetwork/issues/1",
)
def slope_linear_zeros(name, x):
    return np.zeros_like(x) if name == "linear" else _slope(name, x)


@KEY.mistake(
    "Right, except that relu has the slope 1 at 0. Which convention does the notebook use there?",
    source="https://github.com/trusthlt/nlp-with-deep-learning-lectures/pull/4",
)
def slope_relu_1_at_0(name, x):
    return np.where(x >= 0, 1.0, 0.0) if name == "relu" else _slope(name, x)


@KEY.mistake(
    "Right, except that both relus have the slope 1 at 0. Which convention does the notebook use there?",
    source="https://github.com/uptake/numpynet/pull/35",
)
def slope_both_1_at_0(name, x):
    slopes = {"relu": np.where(x >= 0, 1.0, 0.0), "leaky relu": np.where(x >= 0, 1.0, 0.1)}
    return slopes[name] if name in slopes else _slope(name, x)


@KEY.mistake(
    "Three slopes are right, but for relu you get the function itself. How steep is a line that rises at 45 degrees?"
)
def slope_relu_gives_x(name, x):
    return np.maximum(x, 0) if name == "relu" else _slope(name, x)


@KEY.mistake(
    "Three slopes are right, but relu gets 1 for negative x, too. A test that suits relu's output need not suit its "
    "input: where is relu flat?",
    source="https://github.com/scikit-learn/scikit-learn/issues/14244",
)
def slope_relu_not_0(name, x):
    return np.where(x == 0, 0.0, 1.0) if name == "relu" else _slope(name, x)


@KEY.mistake("Three slopes are right, but relu gets -1 where x is negative. Does relu fall there?")
def slope_relu_sign(name, x):
    return np.sign(x) if name == "relu" else _slope(name, x)


@KEY.mistake(
    "Three slopes are right, but for leaky relu you get the function itself. By how much does it grow when x grows a "
    "little?",
)
def slope_leaky_function(name, x):
    return np.where(x > 0, x, 0.1 * x) if name == "leaky relu" else _slope(name, x)


@KEY.mistake(
    "Three slopes are right, but to the left of 0 the slope of leaky relu changes with x. Does the steepness of a "
    "straight line change along it?",
    source="https://github.com/pluskid/Mocha.jl/pull/94",
)
def slope_leaky_left_function(name, x):
    return np.where(x > 0, 1.0, 0.1 * x) if name == "leaky relu" else _slope(name, x)


@KEY.mistake("Three slopes are right, but leaky relu is flat to the left of 0. What does the leak let through there?")
def slope_leaky_like_relu(name, x):
    return np.where(x > 0, 1.0, 0.0) if name == "leaky relu" else _slope(name, x)


@KEY.mistake("Three slopes are right, but leaky relu falls to the left of 0. Follow the sign of x through its formula.")
def slope_leaky_falls(name, x):
    return np.where(x > 0, 1.0, -0.1) if name == "leaky relu" else _slope(name, x)


@KEY.mistake(
    "Three slopes are right, but leaky relu is steep on the left and not on the right. Which value belongs to "
    "which side?",
)
def slope_leaky_swapped(name, x):
    return np.where(x > 0, 0.1, 1.0) if name == "leaky relu" else _slope(name, x)


@KEY.mistake(
    "Three slopes are right, but for tanh, x itself is taken for the value of tanh. What is x here, the input or the "
    "output?",
    source=FORUM_31965,
)
def slope_tanh_of_output(name, x):
    return 1 - x**2 if name == "tanh" else _slope(name, x)


@KEY.mistake(
    "Three slopes are right, but tanh gets the slope at tanh(x), not at x. Is tanh applied once too often?",
    source="https://github.com/davidrmiller/neural2d/issues/40",
)
def slope_tanh_twice(name, x):
    return 1 - np.tanh(np.tanh(x)) ** 2 if name == "tanh" else _slope(name, x)


@KEY.mistake("Three slopes are right, but tanh has the slope 2 far to the left. Is tanh steeper at -x than at x?")
def slope_tanh_not_squared(name, x):
    return 1 - np.tanh(x) if name == "tanh" else _slope(name, x)


@KEY.mistake(
    "Three slopes are right, but the slope of tanh grows away from 0, where tanh flattens. Which sign should the "
    "square have?",
    source="https://github.com/nicodjimenez/lstm/issues/41",
)
def slope_tanh_rule_of_tan(name, x):
    return 1 + np.tanh(x) ** 2 if name == "tanh" else _slope(name, x)


@KEY.mistake(
    "Three slopes are right, but tanh gets t (1 - t), where t is its value: the slope would be negative on the left. "
    "Whose slope has this rule?"
)
def slope_tanh_like_sigmoid(name, x):
    return np.tanh(x) * (1 - np.tanh(x)) if name == "tanh" else _slope(name, x)


@KEY.mistake(
    "Three slopes are right, but for tanh you get 1 minus the square of the tangent of an angle. Which function do "
    "you call?"
)
def slope_tanh_by_tan(name, x):
    return 1 - np.tan(x) ** 2 if name == "tanh" else _slope(name, x)


@KEY.mistake(
    "The slope of tanh is right, but for relu, leaky relu and linear you get the functions themselves. By how much "
    "does each of them grow when x grows a little?"
)
def slope_straight_lines_give_functions(name, x):
    functions = {"relu": np.maximum(x, 0), "leaky relu": np.where(x > 0, x, 0.1 * x), "linear": x}
    return functions[name] if name in functions else _slope(name, x)


@KEY.mistake("These are the four functions themselves. How steep is each of them at x?")
def slope_all_give_functions(name, x):
    return np.tanh(x) if name == "tanh" else slope_straight_lines_give_functions(name, x)


@KEY.mistake("Right, except that tanh at -1000 and 1000 gives NaN. What happens to the parts of your formula there?")
def slope_tanh_overflows(name, x):
    if name == "tanh":
        t = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
        return 1 - t**2
    return _slope(name, x)


@KEY.mistake(
    "Right, except that tanh stays as steep far out as it is at 10. To which numbers do you cut `x`, and how steep is "
    "tanh beyond?"
)
def slope_tanh_cut_at_10(name, x):
    return _slope(name, np.clip(x, -10, 10))
