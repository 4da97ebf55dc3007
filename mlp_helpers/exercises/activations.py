"""Answer keys of notebook 02: activations and their slopes."""

import numpy as np

from mlp_helpers import activations
from mlp_helpers.exercises.bank import AnswerKey

FORUM_31965 = (
    "https://community.deeplearning.ai/t/c1w3a1-backward-propagation-valueerror"
    "-operands-could-not-be-broadcast-together-with-shapes-7-9-9-7/31965"
)

sigmoid = AnswerKey(reference=activations.sigmoid)


@sigmoid.mistake(
    "This is the sigmoid's mirror image: it falls where it should rise. Follow the sign of x through your formula.",
    source="https://github.com/ljvmiranda921/pyswarms/pull/145",
)
def sigmoid_falls(x):
    return 1 / (1 + np.exp(x))


@sigmoid.mistake(
    "Right, except that 1000 gives NaN. What becomes of each part of your formula at x = 1000?",
    source="https://github.com/FederatedAI/FATE/issues/65",
)
def sigmoid_other_form(x):
    return np.exp(x) / (1 + np.exp(x))


@sigmoid.mistake(
    "It is above 1 everywhere, as if the division ended sooner than it should. What does Python divide first?",
    source="https://github.com/makeyourownneuralnetwork/makeyourownneuralnetwork/issues/25",
)
def sigmoid_brackets_missing(x):
    return 1 / 1 + np.exp(-x)


@sigmoid.mistake(
    "It exceeds 1 and grows about as fast as x. Does x occur in a place where it should not?",
    source="https://github.com/joaopauloschuler/neural-api/issues/21",
)
def sigmoid_x_in_numerator(x):
    return x / (1 + np.exp(-x))


@sigmoid.mistake("At 0 it is right, but it rises twice as fast as the sigmoid. What happens to x on its way in?")
def sigmoid_of_2x(x):
    return 0.5 * (1 + np.tanh(x))


sigmoid_d = AnswerKey(reference=activations.sigmoid_d)


@sigmoid_d.mistake(
    "You get this if x itself is taken for the sigmoid's value. What is x here, the input or the output?",
    source="https://github.com/PacktPublishing/Neural-Network-Projects-with-Python/issues/4",
)
def sigmoid_d_of_output(x):
    return x * (1 - x)


@sigmoid_d.mistake(
    "This is the slope at sigmoid(x), not at x. Is the sigmoid applied once too often?",
    source="https://github.com/dwhitena/gophernet/issues/6",
)
def sigmoid_d_twice(x):
    s = activations.sigmoid(activations.sigmoid(x))
    return s * (1 - s)


@sigmoid_d.mistake(
    "You get this if one factor is made from the sigmoid's value, and the other from x. Do they go together?"
)
def sigmoid_d_mixed(x):
    return activations.sigmoid(x) * (1 - x)


@sigmoid_d.mistake("Right, except that -1000 gives NaN. Which part of your formula is infinite there?")
def sigmoid_d_quotient(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


@sigmoid_d.mistake(
    "At 0 it gives 3/4, which is too steep. This is the rule for the slope of another function: which one?"
)
def sigmoid_d_rule_of_tanh(x):
    return 1 - activations.sigmoid(x) ** 2


relu = AnswerKey(reference=activations.relu)


@relu.mistake(
    "Only the largest number of each column is left. Should x be compared within itself, or each number with 0?",
    source="https://github.com/ahmedfgad/NumPyCNN/issues/4",
)
def relu_max_of_columns(x):
    return np.max(x, 0)


@relu.mistake(
    "Where x is positive it gives 1, however large x is. Is this relu, or its slope?",
    source="https://github.com/hacktoberfest17/programming/pull/644",
)
def relu_step(x):
    return (x > 0).astype(float)


@relu.mistake(
    "The values are right, but x itself was overwritten. Who else may still need its old values?",
    source="https://github.com/chainer/chainer/pull/4821",
)
def relu_in_place(x):
    x[x < 0] = 0
    return x


@relu.mistake(
    "It stops the numbers that it should let through, and lets the others through. On which side is relu flat?"
)
def relu_minimum(x):
    return np.minimum(x, 0)


@relu.mistake("Negative numbers become positive. What should they become?")
def relu_absolute(x):
    return np.abs(x)


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


slope = AnswerKey(reference=_slope)


@slope.mistake("All slopes are right, but an unknown name gets the slope of linear. What should happen instead?")
def slope_else_linear(name, x):
    return _slope(name, x) if name in ("tanh", "relu", "leaky relu") else np.ones_like(x)


@slope.mistake(
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


@slope.mistake(
    "All slopes are right, but an unknown name gets None. What does a function return when it reaches its end?"
)
def slope_none(name, x):
    return _slope(name, x) if name in ("tanh", "relu", "leaky relu", "linear") else None


@slope.mistake(
    "All slopes are right, but for an unknown name an exception is returned like a result. Which statement sets one "
    "off?"
)
def slope_returns_exception(name, x):
    if name in ("tanh", "relu", "leaky relu", "linear"):
        return _slope(name, x)
    return ValueError("unknown name")


@slope.mistake("Three slopes are right, but linear gets a single number. What is the shape of x?")
def slope_linear_one_number(name, x):
    return 1.0 if name == "linear" else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but linear gets one number for each row of x. What about the columns?",
)
def slope_linear_one_per_row(name, x):
    return np.ones(len(x)) if name == "linear" else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but for linear you get x back. That is the function itself: how steep is it?",
    source="https://github.com/scientific-computing/FKB/issues/3",
)
def slope_linear_gives_x(name, x):
    return x if name == "linear" else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but linear gets 0, which would stop every gradient. By how much does the output grow "
    "when x grows a little?",
    source="https://github.com/vivin/DigitRecognizingNeuralNetwork/issues/1",
)
def slope_linear_zeros(name, x):
    return np.zeros_like(x) if name == "linear" else _slope(name, x)


@slope.mistake(
    "Right, except that relu has the slope 1 at 0. Which convention does the notebook use there?",
    source="https://github.com/trusthlt/nlp-with-deep-learning-lectures/pull/4",
)
def slope_relu_1_at_0(name, x):
    return np.where(x >= 0, 1.0, 0.0) if name == "relu" else _slope(name, x)


@slope.mistake(
    "Right, except that both relus have the slope 1 at 0. Which convention does the notebook use there?",
    source="https://github.com/uptake/numpynet/pull/35",
)
def slope_both_1_at_0(name, x):
    slopes = {"relu": np.where(x >= 0, 1.0, 0.0), "leaky relu": np.where(x >= 0, 1.0, 0.1)}
    return slopes[name] if name in slopes else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but for relu you get the function itself. How steep is a line that rises at 45 degrees?"
)
def slope_relu_gives_x(name, x):
    return np.maximum(x, 0) if name == "relu" else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but relu gets 1 for negative x, too. A test that suits relu's output need not suit its "
    "input: where is relu flat?",
    source="https://github.com/scikit-learn/scikit-learn/issues/14244",
)
def slope_relu_not_0(name, x):
    return np.where(x == 0, 0.0, 1.0) if name == "relu" else _slope(name, x)


@slope.mistake("Three slopes are right, but relu gets -1 where x is negative. Does relu fall there?")
def slope_relu_sign(name, x):
    return np.sign(x) if name == "relu" else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but for leaky relu you get the function itself. By how much does it grow when x grows a "
    "little?",
)
def slope_leaky_function(name, x):
    return np.where(x > 0, x, 0.1 * x) if name == "leaky relu" else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but to the left of 0 the slope of leaky relu changes with x. Does the steepness of a "
    "straight line change along it?",
    source="https://github.com/pluskid/Mocha.jl/pull/94",
)
def slope_leaky_left_function(name, x):
    return np.where(x > 0, 1.0, 0.1 * x) if name == "leaky relu" else _slope(name, x)


@slope.mistake("Three slopes are right, but leaky relu is flat to the left of 0. What does the leak let through there?")
def slope_leaky_like_relu(name, x):
    return np.where(x > 0, 1.0, 0.0) if name == "leaky relu" else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but leaky relu falls to the left of 0. Follow the sign of x through its formula."
)
def slope_leaky_falls(name, x):
    return np.where(x > 0, 1.0, -0.1) if name == "leaky relu" else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but leaky relu is steep on the left and not on the right. Which value belongs to "
    "which side?",
)
def slope_leaky_swapped(name, x):
    return np.where(x > 0, 0.1, 1.0) if name == "leaky relu" else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but for tanh, x itself is taken for the value of tanh. What is x here, the input or the "
    "output?",
    source=FORUM_31965,
)
def slope_tanh_of_output(name, x):
    return 1 - x**2 if name == "tanh" else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but tanh gets the slope at tanh(x), not at x. Is tanh applied once too often?",
    source="https://github.com/davidrmiller/neural2d/issues/40",
)
def slope_tanh_twice(name, x):
    return 1 - np.tanh(np.tanh(x)) ** 2 if name == "tanh" else _slope(name, x)


@slope.mistake("Three slopes are right, but tanh has the slope 2 far to the left. Is tanh steeper at -x than at x?")
def slope_tanh_not_squared(name, x):
    return 1 - np.tanh(x) if name == "tanh" else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but the slope of tanh grows away from 0, where tanh flattens. Which sign should the "
    "square have?",
    source="https://github.com/nicodjimenez/lstm/issues/41",
)
def slope_tanh_rule_of_tan(name, x):
    return 1 + np.tanh(x) ** 2 if name == "tanh" else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but tanh gets t (1 - t), where t is its value: the slope would be negative on the left. "
    "Whose slope has this rule?"
)
def slope_tanh_like_sigmoid(name, x):
    return np.tanh(x) * (1 - np.tanh(x)) if name == "tanh" else _slope(name, x)


@slope.mistake(
    "Three slopes are right, but for tanh you get 1 minus the square of the tangent of an angle. Which function do "
    "you call?"
)
def slope_tanh_by_tan(name, x):
    return 1 - np.tan(x) ** 2 if name == "tanh" else _slope(name, x)


@slope.mistake(
    "The slope of tanh is right, but for relu, leaky relu and linear you get the functions themselves. By how much "
    "does each of them grow when x grows a little?"
)
def slope_straight_lines_give_functions(name, x):
    functions = {"relu": np.maximum(x, 0), "leaky relu": np.where(x > 0, x, 0.1 * x), "linear": x}
    return functions[name] if name in functions else _slope(name, x)


@slope.mistake("These are the four functions themselves. How steep is each of them at x?")
def slope_all_give_functions(name, x):
    return np.tanh(x) if name == "tanh" else slope_straight_lines_give_functions(name, x)


@slope.mistake("Right, except that tanh at -1000 and 1000 gives NaN. What happens to the parts of your formula there?")
def slope_tanh_overflows(name, x):
    if name == "tanh":
        t = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
        return 1 - t**2
    return _slope(name, x)


def _softplus(x):
    return np.maximum(x, 0.0) + np.log(1.0 + np.exp(-np.abs(x)))


softplus = AnswerKey(reference=_softplus)

OVERFLOWS = (
    "Ordinary numbers are right, but 1000 gives infinity. What is exp(1000), and can you write the function so that "
    "exp never gets a large number?"
)
CUT_OFF = (
    "Ordinary numbers are right, but the result for 1000 is too small. Is something cut off on its way into exp, and "
    "what should the result be there?"
)


@softplus.mistake(OVERFLOWS, source="https://github.com/rushter/MLAlgorithms/pull/30")
def softplus_overflows(x):
    return np.log(1 + np.exp(x))


@softplus.mistake(CUT_OFF)
def softplus_cut_off_at_500(x):
    return np.log(1 + np.exp(np.clip(x, -500, 500)))


@softplus.mistake(CUT_OFF)
def softplus_cut_off_at_700(x):
    return np.log(1 + np.exp(np.minimum(x, 700)))


@softplus.mistake(CUT_OFF)
def softplus_cut_off_at_20(x):
    return np.log1p(np.exp(np.clip(x, -20, 20)))


@softplus.mistake("Right where x is positive, but it rises again to the left of 0. What does exp get there?")
def softplus_sign_forgotten(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-x))


@softplus.mistake(
    "Right, except that -1000 gives infinity. Which number does exp get there?",
    source="https://github.com/rushter/MLAlgorithms/pull/31",
)
def softplus_other_form(x):
    return x + np.log(1 + np.exp(-x))


@softplus.mistake(
    "These are the values of exp, which grow much faster than a line. What is inside the brackets of the logarithm?"
)
def softplus_brackets(x):
    return np.log(1) + np.exp(x)


@softplus.mistake(
    "Ordinary numbers are all too small by the same factor. What is the base of the logarithm that you call?",
    of_ordinary=True,
)
def softplus_log10(x):
    return np.log10(1 + np.exp(x))


@softplus.mistake("This is relu, kink and all. What does the formula give at 0?")
def softplus_relu(x):
    return np.maximum(x, 0)


@softplus.mistake("It falls from left to right. Follow the sign of x through your formula.", of_ordinary=True)
def softplus_mirrored(x):
    return np.log(1 + np.exp(-x))


softplus_d = AnswerKey(reference=activations.sigmoid)


@softplus_d.mistake("Right, except that 1000 gives NaN. What becomes of each part of your fraction there?")
def softplus_d_overflows(x):
    return np.exp(x) / (1 + np.exp(x))


@softplus_d.mistake(
    "It falls, while softplus gets steeper from left to right. Which factor does the chain rule add for the "
    "expression inside the logarithm?"
)
def softplus_d_inner_slope_lost(x):
    return 1 / (1 + np.exp(x))


@softplus_d.mistake(
    "It grows without limit, while softplus never gets steeper than a line of slope 1. You have the slope of what is "
    "inside the logarithm: what about that of the logarithm itself?"
)
def softplus_d_inner_slope_alone(x):
    return np.exp(x)


@softplus_d.mistake(
    "It is largest at 0 and falls on both sides, as the slope of the slope does. How often did you differentiate "
    "softplus?"
)
def softplus_d_twice(x):
    return activations.sigmoid_d(x)


@softplus_d.mistake(
    "You get this from the rule s (1 - s), with the value of softplus for s. Whose slope has this rule?",
    of_ordinary=True,
)
def softplus_d_rule_of_sigmoid(x):
    return np.logaddexp(0, x) * (1 - np.logaddexp(0, x))


@softplus_d.mistake("These are the values of softplus itself. How steep is it?")
def softplus_d_function(x):
    return np.logaddexp(0, x)


@softplus_d.mistake("It jumps from 0 to 1, as the slope of relu does. Does softplus have a kink?")
def softplus_d_step(x):
    return np.where(x > 0, 1.0, 0.0)


ANSWER_KEYS = {
    "sigmoid": sigmoid,
    "sigmoid_d": sigmoid_d,
    "relu": relu,
    "slope": slope,
    "softplus": softplus,
    "softplus_d": softplus_d,
}
