"""Output layers: hand-worked losses, gradients against finite differences and SciPy, labels or one-hot rows."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import special

import mlp_helpers as mlp
from mlp_helpers import InputLayer, LinearOutput, SoftmaxOutput, one_hot, outputs

LOGITS = hnp.arrays(float, (4, 3), elements=st.floats(-50, 50))
LABELS = hnp.arrays(int, 4, elements=st.integers(0, 2))
OUTPUTS = [LinearOutput, SoftmaxOutput]


@pytest.fixture(params=OUTPUTS)
def output(request):
    return request.param(InputLayer((None, 3)))


def test_softmax_by_hand():
    scores = np.log([[1.0, 2.0, 5.0]])
    np.testing.assert_allclose(mlp.softmax(scores), [[0.125, 0.25, 0.625]])
    np.testing.assert_allclose(mlp.softmax(scores.T, axis=0), [[0.125], [0.25], [0.625]])


@given(LOGITS, st.floats(-1e4, 1e4))
def test_softmax_agrees_with_scipy_and_forgets_a_shift(logits, shift):
    np.testing.assert_allclose(mlp.softmax(logits), special.softmax(logits, axis=1), rtol=1e-12)
    np.testing.assert_allclose(mlp.softmax(logits + shift), mlp.softmax(logits), rtol=1e-9)


def test_softmax_does_not_overflow():
    assert mlp.softmax(np.array([[1e300, 0.0]])).tolist() == [[1, 0]]


def test_softmax_shifts_each_row_by_its_own_largest_score():
    # Shifted by the maximum of the whole array, the second row would become 0 / 0.
    np.testing.assert_allclose(mlp.softmax(np.array([[1000.0, 1001.0], [0.0, 1.0]])), 2 * [special.softmax([0.0, 1.0])])


def test_cross_entropy_by_hand():
    Y_pred = np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])
    loss = SoftmaxOutput(InputLayer((None, 3))).loss(np.array([1, 2]), Y_pred)
    assert loss == pytest.approx((math.log(4) + math.log(1.25)) / 2)


def test_cross_entropy_has_no_bias():
    # An epsilon inside the log would make the loss of a perfect prediction negative, and distort all small losses.
    output = SoftmaxOutput(InputLayer((None, 2)))
    assert output.loss(np.array([0]), np.array([[1.0, 0.0]])) == 0
    assert output.loss(np.array([1]), np.array([[1.0, 1e-300]])) == pytest.approx(-math.log(1e-300), rel=1e-14)


def test_cross_entropy_stays_finite():
    output = SoftmaxOutput(InputLayer((None, 2)))
    assert 700 < output.loss(np.array([1]), np.array([[1.0, 0.0]])) < 710
    assert 80 < output.loss(np.array([1]), np.array([[1.0, 0.0]], np.float32)) < 90


def test_squared_error_by_hand():
    output = LinearOutput(InputLayer((None, 2)))
    assert (
        output.loss(np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([[0.0, 4.0], [3.0, 0.0]])) == (0.5 * 5 + 0.5 * 9) / 2
    )
    assert output.input_grad(np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]])).tolist() == [[-1, 2]]


@pytest.mark.parametrize("kind", OUTPUTS)
@given(logits=LOGITS, labels=LABELS)
def test_labels_count_as_one_hot_rows(kind, logits, labels):
    output = kind(InputLayer((None, 3)))
    Y, Y_pred = one_hot(labels, 3), output.fprop(logits)
    assert output.loss(labels, Y_pred) == pytest.approx(output.loss(Y, Y_pred), rel=1e-12)
    np.testing.assert_array_equal(output.input_grad(labels, Y_pred), output.input_grad(Y, Y_pred))


@pytest.mark.parametrize("kind", OUTPUTS)
@given(logits=hnp.arrays(float, (1, 3), elements=st.floats(-5, 5)), label=st.integers(0, 2))
def test_input_grad_is_the_derivative_of_the_loss(kind, logits, label):
    output = kind(InputLayer((None, 3)))
    labels = np.array([label])
    numeric = mlp.numerical_gradient(lambda at: output.loss(labels, output.fprop(at)), logits)
    np.testing.assert_allclose(output.input_grad(labels, output.fprop(logits)), numeric, atol=1e-7)


def test_soft_targets():
    output = SoftmaxOutput(InputLayer((None, 2)))
    Y_pred = np.array([[0.5, 0.5]])
    assert output.loss(np.array([[0.3, 0.7]]), Y_pred) == pytest.approx(math.log(2))


def test_targets_that_do_not_fit_are_refused(output):
    Y_pred = output.fprop(np.zeros((2, 3)))
    refused = (np.zeros((1, 3)), np.zeros((2, 1)), np.zeros((3, 3)), np.array([0]), np.array([0, 1, 2]), np.array(1))
    for Y in refused:
        for method in (output.loss, output.input_grad):
            with pytest.raises(ValueError, match="Y must have"):
                method(Y, Y_pred)


def test_any_number_of_labels_will_do(output):
    labels = np.arange(1000) % 3
    Y_pred = output.fprop(np.eye(3)[labels])
    assert output.loss(labels, Y_pred) == pytest.approx(output.loss(np.eye(3)[labels], Y_pred), rel=1e-12)


@pytest.mark.parametrize(
    ("labels", "kind", "message"),
    [
        ([-1, 0], ValueError, "Y must hold class labels of at least 0 and at most 2, got -1 to 0"),
        ([0, 3], ValueError, "Y must hold class labels of at least 0 and at most 2, got 0 to 3"),
        ([0.5, 1.0], TypeError, "Y must hold integer class labels, got dtype float64"),
    ],
)
def test_labels_that_name_no_class_are_refused(output, labels, kind, message):
    Y_pred = output.fprop(np.zeros((2, 3)))
    for method in (output.loss, output.input_grad):
        with pytest.raises(kind, match=message):
            method(np.array(labels), Y_pred)


def test_sizes_and_directions(output):
    assert output.output_size() == (None, 3)
    assert repr(output) == f"{type(output).__name__}(3)"
    with pytest.raises(NotImplementedError, match="last layer"):
        output.bprop(np.zeros((1, 3)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept(output, dtype):
    Y_pred = output.fprop(np.ones((2, 3), dtype))
    assert Y_pred.dtype == dtype
    assert output.input_grad(np.array([0, 1]), Y_pred).dtype == dtype
    assert output.input_grad(np.eye(3)[:2], Y_pred).dtype == dtype  # not widened by float64 targets


def test_only_an_output_layer_ends_a_network():
    layers = [InputLayer((None, 2)), LinearOutput(InputLayer((None, 2)))]
    assert outputs.output_of(layers) is layers[1]
    message = "the last layer must be an output layer such as SoftmaxOutput, got <mlp_helpers.layers.InputLayer"
    with pytest.raises(TypeError, match=message):
        outputs.output_of([layers[1], *layers[::-1]])


def test_the_interface_says_what_is_missing():
    class Empty(mlp.Loss):
        pass

    for method in (Empty().loss, Empty().input_grad):
        with pytest.raises(NotImplementedError, match="Empty must define"):
            method(None, None)
