"""NeuralNetwork: order of its layers, output of `train`, saving, and all error messages."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlp_helpers import (
    Dropout,
    FullyConnectedLayer,
    History,
    InputLayer,
    Layer,
    LinearOutput,
    MLPConfig,
    NeuralNetwork,
    SoftmaxOutput,
    one_hot,
)


@pytest.fixture
def network(make_network):
    return make_network()


@pytest.fixture
def data(rng):
    X = rng.normal(size=(20, 4))
    return X, X[:, :3].argmax(axis=1)


def test_backpropagate_stops_where_it_is_told(network, data):
    X, y = data
    prediction = network.predict(X)
    assert network.backpropagate(y, prediction, upto=2).shape == (20, 5)
    assert network.layers[1].dW is None
    assert network.backpropagate(y, prediction, upto=1).shape == (20, 4)
    assert network.layers[1].dW.shape == (4, 5)


def test_training_never_computes_the_inputs_gradient(network, data, monkeypatch):
    def dear(self, output_grad):
        raise AssertionError("the first layer's input gradient was computed")

    monkeypatch.setattr(network.layers[1], "bprop", dear.__get__(network.layers[1]))
    network.sgd_epoch(*data, 0.1, 8)
    with pytest.raises(AssertionError, match="first layer"):
        network.backpropagate(data[1], network.predict(data[0]))


@given(st.integers(1, 30), st.integers(1, 8))
def test_evaluation_does_not_depend_on_the_chunks(n_samples, chunk):
    rng = np.random.default_rng(n_samples)
    X, y = rng.normal(size=(n_samples, 4)), rng.integers(3, size=n_samples)
    network = MLPConfig(n_inputs=4, hidden=(), n_classes=3, init_stddev=0.5).build()
    prediction = network.predict(X)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mlp_helpers.network.CHUNK", chunk)
        loss, error = network.evaluate(X, y)
    assert loss == pytest.approx(network.layers[-1].loss(y, prediction), rel=1e-12)
    assert error == np.mean(prediction.argmax(axis=1) != y)
    assert type(error) is float


@pytest.mark.parametrize(
    ("X", "Y", "message"),
    [
        (np.zeros((0, 4)), np.zeros(0, int), "X must have at least one row"),
        (np.zeros((2, 3)), np.zeros(2, int), r"X must have shape \(n_samples, 4\), got \(2, 3\)"),
        (np.zeros((2, 4)), np.zeros(3, int), "X and Y must have the same length, got 2 and 3"),
        (np.zeros((2, 4)), np.array([0, -1]), "Y must hold class labels of at least 0 and at most 2, got -1 to 0"),
        (np.zeros((2, 4)), np.zeros((2, 2)), r"Y must have the shape of Y_pred, \(2, 3\), got \(2, 2\)"),
    ],
)
def test_data_that_cannot_be_evaluated(network, X, Y, message):
    with pytest.raises(ValueError, match=message):
        network.evaluate(X, Y)


def test_classification_error_by_hand():
    X = np.eye(3)
    network = MLPConfig(n_inputs=3, hidden=(), n_classes=3).build()
    network.layers[1].W[...] = np.eye(3)
    assert network.classification_error(X, np.array([0, 1, 0])) == pytest.approx(1 / 3)
    assert network.classification_error(X, one_hot([0, 1, 2])) == 0


LINE = r"epoch \d+\.0000, loss \d+\.\d{4}, (train|valid) error \d\.\d{4}"


class TestTrain:
    def test_prints_the_sheets_lines_and_returns_the_losses(self, network, data, capsys):
        train_loss, valid_loss = network.train(*data, *data, max_epochs=2, rng=np.random.default_rng(0))
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == "... starting training"
        assert all(re.fullmatch(LINE, line) for line in lines[1:])
        assert [line.split(",")[0] for line in lines[1::2]] == [f"epoch {e}.0000" for e in range(3)]
        assert [line.split()[4] for line in lines[1:3]] == ["train", "valid"]
        assert train_loss.shape == valid_loss.shape == (3,)
        assert lines[1].startswith(f"epoch 0.0000, loss {train_loss[0]:.4f}, train error")
        np.testing.assert_array_equal(train_loss, valid_loss)

    def test_sgd_is_shuffled_by_the_generator(self, make_network, data):
        losses = [
            make_network().train(*data, *data, max_epochs=1, batch_size=4, rng=np.random.default_rng(seed))[0][1]
            for seed in (0, 0, 1)
        ]
        assert losses[0] == losses[1] != losses[2]

    def test_gradient_descent(self, make_network, data):
        network, plain = make_network(), make_network()
        network.train(*data, *data, learning_rate=0.3, max_epochs=1, descent_type="gd")
        for _ in range(2):
            plain.gd_epoch(*data, 0.3)
        for param, other in zip(network.params(), plain.params(), strict=True):
            np.testing.assert_array_equal(param, other)

    def test_target_rows_as_they_stand(self, make_network, data, capsys):
        X, y = data
        by_label = make_network().train(X, y, X, y, max_epochs=0, shuffle=False)
        by_rows = make_network().train(X, one_hot(y, 3), X, one_hot(y, 3), max_epochs=0, shuffle=False, y_one_hot=False)
        np.testing.assert_allclose(by_label, by_rows, rtol=1e-12)
        network = make_network(output=LinearOutput)
        network.train(X, X[:, :3], X, X[:, :3], learning_rate=0.01, max_epochs=0, y_one_hot=False)
        assert re.fullmatch(r"epoch 0.0000, loss \d+\.\d{4}", capsys.readouterr().out.splitlines()[-1])

    def test_callback_and_progress_bar(self, network, data, capfd):
        history = History()
        losses, _ = network.train(*data, *data, max_epochs=2, callback=history.append, progress=True)
        assert history.column("train_loss").tolist() == losses.tolist()
        captured = capfd.readouterr()
        assert "epoch 0.0000" not in captured.out
        assert "3/3" in captured.err

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"max_epochs": -1}, "max_epochs must be an int of at least 0, got -1"),
            ({"descent_type": "adam"}, "descent_type must be one of 'sgd', 'gd', got 'adam'"),
            ({"y_one_hot": False}, r"Y must have shape \(n_samples, n_outputs\) with y_one_hot=False, got \(20,\)"),
            ({"Y": np.eye(3)}, r"Y must have shape \(n_samples,\), class labels, with y_one_hot=True, got \(3, 3\)"),
            ({"batch_size": -1}, "batch_size must be"),
            ({"learning_rate": 0}, "learning_rate must be a finite number above 0, got 0"),
        ],
        ids=str,
    )
    def test_bad_arguments(self, network, data, arguments, message):
        X, y = data
        with pytest.raises(ValueError, match=message):
            network.train(**{"X": X, "Y": y, "X_valid": X, "Y_valid": y} | arguments)


def test_gradients_of_bad_data_are_not_checked(network):
    with pytest.raises(ValueError, match="X must hold finite numbers"):
        network.check_gradients(np.full((2, 4), np.nan), np.array([0, 1]))


class TestConstruction:
    def layers(self):
        first = InputLayer((None, 4))
        second = FullyConnectedLayer(first, 3, 0.1)
        return [first, second, SoftmaxOutput(second)]

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            (lambda first, hidden, output: [hidden, output], "layers must begin with an InputLayer and end with"),
            (lambda first, hidden, output: [first, hidden], "layers must begin with an InputLayer and end with"),
            (lambda *layers: [], "layers must be a list of at least two Layers, got"),
            (lambda *layers: [*layers, "softmax"], "layers must be a list of at least two Layers, got"),
            (
                lambda first, hidden, output: [first, hidden, SoftmaxOutput(FullyConnectedLayer(first, 5, 0.1))],
                "layers do not fit: layer 2 takes 5 inputs, layer 1 gives 3",
            ),
            (
                lambda first, hidden, output: [first, FullyConnectedLayer(InputLayer((None, 7)), 3, 0.1), output],
                "layers do not fit: layer 1 takes 7 inputs, layer 0 gives 4",
            ),
            (lambda first, hidden, output: [first, Layer(), output], "layer 1 must have an input_shape, and Layer has"),
        ],
    )
    def test_layers_that_form_no_network(self, wrong, message):
        with pytest.raises((TypeError, ValueError), match=message):
            NeuralNetwork(wrong(*self.layers()))

    def test_predict_needs_rows_of_features(self, network):
        with pytest.raises(ValueError, match=r"X must have shape \(n_samples, 4\), got \(4,\)"):
            network.predict(np.zeros(4))


def test_the_summary_counts_parameters():
    network = MLPConfig(hidden=(80, 70), activations=("relu", "tanh")).build()
    rows = [line.split() for line in network.summary().splitlines()]
    assert rows[2] == ["FullyConnectedLayer", "80", "relu", "62,800"]
    assert rows[4] == ["FullyConnectedLayer", "10", "710"]
    assert rows[-1] == ["total", "69,180"]
    assert repr(network) == network.summary()


class TestFiles:
    @pytest.mark.parametrize("dtype", ["float64", "float32"])
    @pytest.mark.parametrize("output", [SoftmaxOutput, LinearOutput])
    @pytest.mark.parametrize("activation", ["relu", "sigmoid"])
    def test_bit_for_bit(self, make_network, tmp_path, dtype, output, activation):
        network = make_network((4, 6, 5, 3), activation, output, dtype)
        network.save(tmp_path / "network.npz")
        loaded = NeuralNetwork.load(tmp_path / "network.npz")
        assert loaded.summary() == network.summary()
        assert type(loaded.layers[-1]) is output
        for param, other in zip(network.params(), loaded.params(), strict=True):
            assert param.dtype == other.dtype
            assert param.tobytes() == other.tobytes()
        X = np.ones((2, 4))
        np.testing.assert_array_equal(network.predict(X), loaded.predict(X))
        loaded.sgd_epoch(X, np.zeros((2, 3)), 0.1, 1)

    def test_a_transposed_weight_is_saved_in_rows(self, network, tmp_path):
        layer = network.layers[1]
        layer.W = np.asfortranarray(layer.W)
        network.save(tmp_path / "network.npz")
        with np.load(tmp_path / "network.npz") as file:
            assert file["W0"].flags.c_contiguous
            np.testing.assert_array_equal(file["W0"], layer.W)

    def test_dropout_in_any_place(self, tmp_path):
        layers = [InputLayer((None, 4))]
        layers.append(Dropout(layers[-1], 0.1))
        layers.append(FullyConnectedLayer(layers[-1], 3, 0.1))
        layers += [Dropout(layers[-1], 0.25), Dropout(layers[-1], 0.5)]
        layers.append(FullyConnectedLayer(layers[-1], 2, 0.1, None))
        network = NeuralNetwork([*layers, SoftmaxOutput(layers[-1])])
        network.save(tmp_path / "network.npz")
        loaded = NeuralNetwork.load(tmp_path / "network.npz")
        assert list(map(repr, loaded.layers[1:-1])) == list(map(repr, network.layers[1:-1]))
        assert loaded.summary() == network.summary()

    def test_a_file_from_before_there_was_dropout(self, network, tmp_path):
        network.save(tmp_path / "network.npz")
        with np.load(tmp_path / "network.npz") as file:
            fields = dict(file)
        description = json.loads(str(fields["description"]))
        del description["dropout"]
        np.savez(tmp_path / "network.npz", **fields | {"description": json.dumps(description)})
        assert NeuralNetwork.load(tmp_path / "network.npz").summary() == network.summary()

    def test_a_foreign_layer_cannot_be_saved(self, network, tmp_path):
        class Mine(FullyConnectedLayer):
            pass

        network.layers[1] = Mine(network.layers[0], 5, 0.1)
        with pytest.raises(TypeError, match="a layer of class Mine cannot be saved"):
            network.save(tmp_path / "network.npz")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("write", [lambda file: np.savez(file, W=np.ones(3)), lambda file: np.save(file, [1.0])])
    def test_somebody_elses_arrays(self, tmp_path, write):
        with (tmp_path / "network.npz").open("wb") as file:
            write(file)
        with pytest.raises(ValueError, match="is not a network saved by this course"):
            NeuralNetwork.load(tmp_path / "network.npz")

    @pytest.mark.parametrize(
        "change",
        [
            lambda fields: fields.pop("W1"),
            lambda fields: fields.update(b0=np.zeros((1, 9))),
            lambda fields: fields.update(W1=np.zeros((9, 9))),
            lambda fields: fields.update(W0=np.array([{"a": 1}], dtype=object)),
            lambda fields: fields.update(description=np.array("{}")),
            lambda fields: fields.update(description=np.array('{"format": "mlp-course network 99"}')),
        ],
    )
    def test_inner_damage(self, network, tmp_path, change):
        network.save(tmp_path / "network.npz")
        with np.load(tmp_path / "network.npz") as file:
            fields = dict(file)
        change(fields)
        np.savez(tmp_path / "network.npz", **fields)
        with pytest.raises(ValueError, match="is not a network saved by this course"):
            NeuralNetwork.load(tmp_path / "network.npz")

    def test_foreign_truncated_and_flipped(self, network, tmp_path):
        path = tmp_path / "network.npz"
        network.save(path)
        content = path.read_bytes()
        for damaged in (
            *(b"", b"PK", b"no network at all", b"\x93NUMPY"),
            content[:-30],
            content[: len(content) // 2],
            content.replace(network.params()[0].tobytes()[:16], b"x" * 16),
        ):
            path.write_bytes(damaged)
            with pytest.raises(ValueError, match=r"network\.npz is not a network saved by this course, or is damaged"):
                NeuralNetwork.load(path)

    def test_a_missing_file(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            NeuralNetwork.load(tmp_path / "nothing.npz")
