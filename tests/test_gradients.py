"""Gradient check: correct gradients pass, every planted fault is found and named, parameters are restored."""

import re
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import approx_fprime

from mlp_helpers import (
    Activation,
    FullyConnectedLayer,
    GradientCheckError,
    InputLayer,
    LinearOutput,
    MLPConfig,
    NeuralNetwork,
    SoftmaxOutput,
    numerical_gradient,
    one_hot,
    relative_error,
)
from mlp_helpers.gradients import GradientReport, _at_kinks, _worst_entry, check_gradients


def test_relative_error_by_hand():
    assert relative_error(np.array([1.0, -2.0]), np.array([1.0, -1.5])) == 0.25
    assert relative_error([0.0], [0.0]) == 0
    assert relative_error([1.0], [-1.0]) == 2
    assert relative_error([1e-9], [0.0]) == pytest.approx(0.1)  # below the floor of 1e-8
    assert relative_error([1e-9], [0.0], floor=1e-12) == 1


def test_gradients_of_different_shapes_are_not_compared():
    message = "analytic and numeric must have the same shape, got (3,) and (3, 1)"
    with pytest.raises(ValueError, match=re.escape(message)):
        relative_error(np.ones(3), np.ones((3, 1)))


@given(hnp.arrays(float, (2, 3), elements=st.floats(-3, 3)))
def test_numerical_gradient_of_a_cubic(x):
    before = x.copy()
    np.testing.assert_allclose(numerical_gradient(lambda at: np.sum(at**3), x), 3 * x**2, atol=1e-8)
    np.testing.assert_array_equal(x, before)


def test_numerical_gradient_agrees_with_scipy(rng):
    A, x = rng.normal(size=(4, 4)), rng.normal(size=4)

    def function(at):
        return np.sin(at @ A @ at)

    np.testing.assert_allclose(numerical_gradient(function, x.copy()), approx_fprime(x, function), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("x", "found"),
    [
        (np.array([1, 2, 3], np.int64), "dtype int64"),
        (np.array([1, 2, 3], np.float32), "dtype float32"),
        ([1.0, 2.0], "[1.0, 2.0]"),
        (1.0, "1.0"),
    ],
)
def test_what_cannot_be_moved_by_a_small_step_is_refused(x, found):
    with pytest.raises(TypeError, match=re.escape(f"x must be an ndarray of float64, got {found}")):
        numerical_gradient(lambda at: np.sum(np.square(at)), x)


def test_entries_are_put_back_when_the_function_raises():
    x = np.array([0.1, 0.2])

    def interrupted(at):
        if at[1] != 0.2:
            raise KeyboardInterrupt
        return 0.0

    with pytest.raises(KeyboardInterrupt):
        numerical_gradient(interrupted, x)
    assert x.tolist() == [0.1, 0.2]


class PerSample(FullyConnectedLayer):
    """Layer that does not divide by the batch size."""

    def bprop(self, output_grad):
        input_grad = super().bprop(output_grad)
        self.dW, self.db = self.dW * len(output_grad), self.db * len(output_grad)
        return input_grad


class NoBias(FullyConnectedLayer):
    """Layer with a zero gradient of the bias."""

    def bprop(self, output_grad):
        input_grad = super().bprop(output_grad)
        self.db = np.zeros_like(self.db)
        return input_grad


class Transposed(FullyConnectedLayer):
    """Layer that multiplies by W instead of W^T; it is square, so that nothing crashes."""

    def bprop(self, output_grad):
        super().bprop(output_grad)
        return self.activation_fun.bprop(output_grad) @ self.W


class OneWrongEntry(FullyConnectedLayer):
    """Layer whose gradient is wrong in a single weight, by one part in a thousand."""

    def bprop(self, output_grad):
        input_grad = super().bprop(output_grad)
        self.dW[3, 1] *= 1.001
        return input_grad


class WrongTanh(Activation):
    """Tanh with the wrong derivative 1 - y."""

    def __init__(self):
        super().__init__("tanh")

    def bprop(self, output_grad):
        return output_grad * (1 - self.last_output)


def network_with(kind, activation="tanh", position=2, output=SoftmaxOutput):
    """Return a 4-6-6-3 network whose layer at `position` is of the given kind."""
    rng = np.random.default_rng(0)
    layers = [InputLayer((None, 4))]
    for i, units in enumerate((6, 6, 3), start=1):
        layers.append((kind if i == position else FullyConnectedLayer)(layers[-1], units, 0.5, activation, rng=rng))
    return NeuralNetwork([*layers, output(layers[-1])])


X = np.random.default_rng(1).normal(size=(5, 4))
Y = np.array([0, 2, 1, 1, 0])


@pytest.mark.parametrize(
    ("kind", "wrong_layers"),
    [(PerSample, {2}), (NoBias, {2}), (Transposed, {1}), (OneWrongEntry, {2})],
)
def test_planted_faults_are_found_where_they_are(kind, wrong_layers):
    report = check_gradients(network_with(kind), X, Y)
    assert {check.layer for check in report.checks if not check.passes(report.tolerance)} == wrong_layers
    assert not report.ok
    assert report.worst.layer in wrong_layers
    lines = [line for line in str(report).splitlines() if line.endswith("WRONG")]
    wrong = [check for check in report.checks if not check.passes(report.tolerance)]
    for line, check in zip(lines, wrong, strict=True):
        assert f"rel. error {check.relative_error:.1e} " in line


def test_a_fault_is_named_with_layer_parameter_index_and_values(capsys):
    with pytest.raises(GradientCheckError) as caught:
        network_with(OneWrongEntry).check_gradients(X, Y)
    worst = caught.value.report.worst
    assert (worst.layer, worst.parameter, worst.index) == (2, "W", (3, 1))
    assert worst.analytic == pytest.approx(1.001 * worst.numeric, rel=1e-6)
    assert str(caught.value).splitlines() == [
        "layer 2 (OneWrongEntry), parameter W at (3, 1):",
        f"backpropagation gives {worst.analytic:.4g},",
        f"the numerical gradient is {worst.numeric:.4g}",
        "(relative error 0.001, allowed 1e-05)",
    ]


def test_of_wrong_entries_the_one_furthest_off_is_named():
    class TwoWrongEntries(FullyConnectedLayer):
        def bprop(self, output_grad):
            input_grad = super().bprop(output_grad)
            second, largest = np.argsort(np.abs(self.dW), axis=None)[-2:]
            self.dW.flat[largest] *= 1.5  # further from zero, yet less wrong
            self.dW.flat[second] *= -1
            return input_grad

    right = network_with(FullyConnectedLayer).gradients(X, Y)[2]
    second = np.argsort(np.abs(right), axis=None)[-2]
    assert check_gradients(network_with(TwoWrongEntries), X, Y).worst.index == np.unravel_index(second, right.shape)


def test_a_wrong_derivative_is_blamed_on_the_last_layer_that_is_wrong():
    network = network_with(FullyConnectedLayer)
    network.layers[2].activation_fun = WrongTanh()
    report = check_gradients(network, X, Y)
    assert {check.layer for check in report.checks if not check.passes(report.tolerance)} == {1, 2}
    assert report.worst.layer == 2


def test_a_tiny_gradient_that_is_wrong_is_found():
    # The whole gradient is below 1e-5, so an absolute tolerance of that size would not detect the fault.
    layers = [InputLayer((None, 4))]
    layers.append(PerSample(layers[-1], 3, 0.5, None, rng=np.random.default_rng(0)))
    network = NeuralNetwork([*layers, LinearOutput(layers[-1])])
    small = 1e-3 * X
    target = network.predict(small) + 1e-3
    report = check_gradients(network, small, target)
    assert abs(report.checks[0].analytic) < 1e-5
    W = report.checks[0]
    floor = 16 * np.finfo(float).eps ** (2 / 3) / 1e-5  # below it a numerical gradient has too few digits
    assert W.relative_error == pytest.approx(abs(W.analytic - W.numeric) / floor)
    assert W.relative_error > 1e-3


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10_000),
    activations=st.lists(st.sampled_from(["relu", "tanh", "sigmoid", "linear"]), min_size=0, max_size=3),
    stddev=st.sampled_from([0.1, 0.5, 1.0]),
)
def test_right_gradients_pass(seed, activations, stddev):
    config = MLPConfig(
        n_inputs=4,
        hidden=(5,) * len(activations),
        n_classes=3,
        activations=tuple(activations),
        init_stddev=stddev,
        seed=seed,
    )
    rng = np.random.default_rng(seed)
    report = check_gradients(config.build(), rng.normal(size=(5, 4)), rng.integers(3, size=5))
    assert report.ok, str(report)


def test_at_a_kink_every_slope_between_is_right():
    # All-zero weights put each relu exactly on its kink, where a central difference gives half the slope.
    network = network_with(FullyConnectedLayer, activation="relu", position=1)
    network.layers[2].W[...] = 0
    network.layers[3].activation_fun = None
    report = check_gradients(network, X, Y)
    assert report.ok, str(report)
    assert sum(check.n_kinks for check in report.checks) > 0


@pytest.mark.parametrize("seed", [0, 20, 47])
def test_a_curved_loss_hides_no_kink(seed):
    # A blank sample puts 15 relus on their kinks. Over one step the loss bends by more than the tolerance: without the
    # second step, the last two of these seeds are called wrong.
    rng = np.random.default_rng(28 + seed)
    X, Y = rng.normal(size=(5, 10)), np.eye(6)[rng.integers(6, size=5)]
    X[0] = 0
    network = MLPConfig(n_inputs=10, hidden=(15,), n_classes=6, init_stddev=0.5, seed=seed).build()
    report = check_gradients(network, X, Y)
    assert report.ok, str(report)
    assert [check.n_kinks for check in report.checks] == [0, 15, 0, 0]


class SlopeAtZero(Activation):
    """Relu with a slope of one's own choice at 0, where the one-sided slopes are 0 and 1."""

    def __init__(self, slope):
        super().__init__("relu")
        self.slope = slope

    def bprop(self, output_grad):
        return output_grad * np.where(self.last_output == 0, self.slope, 1.0)


@pytest.mark.parametrize(("slope", "n_kinks"), [(1.0, 36 + 6), (0.5, 0), (2.0, 0)])
def test_a_kink_excuses_the_slopes_to_both_sides_only(slope, n_kinks):
    network = network_with(FullyConnectedLayer, activation="tanh", position=1)
    network.layers[2].W[...] = 0
    network.layers[2].activation_fun = SlopeAtZero(slope)
    network.layers[3].activation_fun = None
    report = check_gradients(network, X[:1], Y[:1], tolerance=1e-3)
    checks = [check for check in report.checks if check.layer == 2]
    assert sum(check.n_kinks for check in checks) == n_kinks
    if n_kinks:
        assert [(check.relative_error, check.scipy_difference) for check in checks] == [(0, 0), (0, 0)]
    # The mean of both slopes is what a central difference gives; beyond both there is no excuse.
    assert [check.relative_error < 1e-3 for check in checks] == 2 * [slope < 2]


@pytest.mark.parametrize(
    ("analytic", "slopes", "noise", "at_kink"),
    [
        # With slopes of 1 and 2, the slack is 0.25 · 2 + 0.125.
        (0.375, (1, 2), 0.125, True),
        (0.374, (1, 2), 0.125, False),
        (2.625, (2, 1), 0.125, True),
        (2.626, (2, 1), 0.125, False),
        (1.0, (1, 1), 0.0, False),
        (0.0, (0, 0), 0.0, False),
        (1.0, (1, 0.9995), 0.0, False),  # a curve, not a kink: the slopes differ by less than a thousandth
        (1.0, (1, 0.9), 0.125, False),  # by noise
        (1.0, (1, 0.8), 0.125, True),
    ],
)
def test_kinks_by_hand(analytic, slopes, noise, at_kink):
    found = _at_kinks(np.array([analytic]), np.array(slopes, float).reshape(2, 1), 0.25, noise)
    assert found.tolist() == [at_kink]


@pytest.mark.parametrize(
    ("errors", "differences", "index"),
    [
        ([0.9, 0.2, 0.5], [1.0, 3.0, 2.0], 2),  # the largest difference of those that are wrong
        ([0.1, 0.3, 0.2], [9.0, 0.0, 1.0], 1),  # none is
        ([0.4, 0.5, 0.0], [9.0, 1.0, 9.0], 1),  # 0.4 is allowed
    ],
)
def test_the_worst_entry_by_hand(errors, differences, index):
    assert _worst_entry(np.array(errors), np.array(differences), tolerance=0.4) == (index,)


def test_one_weight_by_hand():
    # w = 3 and b = 0; the input 1 should give 1: the loss is (3 - 1)² / 2, and both derivatives are 2.
    layer = FullyConnectedLayer(InputLayer((None, 1)), 1, 0.0, None)
    layer.W[...] = 3
    network = NeuralNetwork([InputLayer((None, 1)), layer, LinearOutput(layer)])
    report = check_gradients(network, np.ones((1, 1)), np.ones((1, 1)))
    for check in report.checks:
        assert (check.analytic, check.n_kinks) == (2, 0)
        assert check.numeric == pytest.approx(2, rel=1e-9)
        # A hundred-thousandth of 2, and the noise 16 · 2⁻⁵² · 2 / 2⁻²⁶, a quarter of it.
        assert check.scipy_allowed == pytest.approx(2e-5 + 2.0**-23, rel=1e-12)


@pytest.mark.parametrize("after", [0, 7, 100])
def test_parameters_are_put_back_exactly_also_when_interrupted(after):
    network = network_with(FullyConnectedLayer)
    before = [param.copy() for param in network.params()]
    if after:
        original, count = network.predict, iter(range(after))

        def predict(X):
            if next(count, None) is None:
                raise KeyboardInterrupt
            return original(X)

        network.predict = predict
        with pytest.raises(KeyboardInterrupt):
            check_gradients(network, X, Y)
    else:
        check_gradients(network, X, Y)
    for param, old in zip(network.params(), before, strict=True):
        assert param.tobytes() == old.tobytes()


@pytest.mark.parametrize("dtype", ["float32", "complex128"])
def test_other_dtypes_than_float64_are_refused(dtype):
    network = network_with(FullyConnectedLayer)
    network.layers[1].W = network.layers[1].W.astype(dtype)
    with pytest.raises(ValueError, match=f"gradient checks need float64 parameters, layer 1 has {dtype}"):
        check_gradients(network, X, Y)


def test_a_network_without_parameters_is_refused():
    entrance = InputLayer((None, 4))
    with pytest.raises(ValueError, match="no parameters"):
        check_gradients(NeuralNetwork([entrance, SoftmaxOutput(entrance)]), X, Y)


@pytest.mark.parametrize("change", [np.ravel, lambda db: db[:, :5]])
def test_a_gradient_of_the_wrong_shape_is_named(change):
    class OtherBias(FullyConnectedLayer):
        def bprop(self, output_grad):
            input_grad = super().bprop(output_grad)
            self.db = change(self.db)
            return input_grad

    with pytest.raises(
        ValueError, match=r"layer 2 \(OtherBias\): the gradient of parameter b must have its shape \(1, 6\)"
    ):
        check_gradients(network_with(OtherBias), X, Y)


def test_labels_and_rows_are_checked_alike():
    reports = [check_gradients(network_with(FullyConnectedLayer), X, targets) for targets in (Y, one_hot(Y, 3))]
    assert str(reports[0]) == str(reports[1])
    assert reports[0].worst.relative_error < 1e-6


def test_the_report_shows_no_rounding_noise():
    text = str(check_gradients(network_with(FullyConnectedLayer), X, Y))
    assert text.splitlines()[:2] == [
        "checking gradient for layer 1 (FullyConnectedLayer)",
        "  W (4, 6)   rel. error <= 1e-5  diff scipy <= 1e-5  ok",
    ]


def test_no_line_of_a_report_is_too_long_for_a_narrow_page():
    check = check_gradients(network_with(FullyConnectedLayer), X, Y).checks[0]
    wrong = replace(check, shape=(10, 15), index=(10, 15), relative_error=1.0, analytic=-1.2345e-5, numeric=-6.7891e-5)
    doubted = replace(wrong, relative_error=0.0, scipy_difference=1.25e-5, scipy_allowed=2.5e-9)
    for one in (wrong, doubted):
        lines = [*str(GradientReport((one,), 1e-5)).splitlines(), *one.complaint(1e-5).splitlines()]
        assert max(map(len, lines)) <= 58


def test_a_gradient_that_only_scipy_doubts_is_reported_with_its_distance():
    report = check_gradients(network_with(FullyConnectedLayer), X, Y)
    for error in (1e-6, 1e-5):
        doubted = replace(report.checks[0], relative_error=error, scipy_difference=0.5)
        assert doubted.passes(1e-5) is False
        assert "SciPy's check_grad differs by 0.5, allowed" in doubted.complaint(1e-5)


def test_scipy_says_how_far_a_gradient_is_off():
    check = next(check for check in check_gradients(network_with(OneWrongEntry), X, Y).checks if check.layer == 2)
    assert check.scipy_difference == pytest.approx(abs(check.analytic - check.numeric), rel=1e-3)


def test_what_is_just_allowed_passes():
    check = replace(check_gradients(network_with(FullyConnectedLayer), X, Y).checks[0], relative_error=0.25)
    assert replace(check, scipy_difference=check.scipy_allowed).passes(0.25)
    assert not check.passes(0.24)
    assert "rel. error <= 2e-1" in str(GradientReport((check,), 0.25))
    with pytest.raises(FrozenInstanceError):
        check.relative_error = 0.0


@pytest.mark.parametrize(
    ("small", "large"),
    [((5.0, 4.9), (0.5, 0.1)), ((1e-3, 1e-4), (1.0, 0.5)), ((2.0, 1.5), (-1.0, 1.0))],
)
def test_the_worst_parameter_by_hand(small, large):
    right, wrong = check_gradients(network_with(NoBias, position=3), X, Y).checks[-2:]
    checks = [replace(wrong, analytic=pair[0], numeric=pair[1]) for pair in (small, large, small)]
    report = GradientReport((right, replace(checks[1], layer=1), *checks), 1e-5)
    assert report.worst is checks[1]
    with pytest.raises(FrozenInstanceError):
        report.tolerance = 1.0
