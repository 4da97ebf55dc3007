"""Training loop: hand-worked steps, every sample once, the same digits every time, interruption and divergence."""

import _thread
import contextlib
import math
import signal
import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jupyter_client.manager import start_new_kernel

from mlp_helpers import (
    SGD,
    History,
    InputLayer,
    LinearOutput,
    MLPConfig,
    NeuralNetwork,
    SoftmaxOutput,
    TrainingDiverged,
    epochs,
    one_hot,
    training,
)
from mlp_helpers.services import threads

pytestmark = pytest.mark.usefixtures("usual_ctrl_c")


@pytest.fixture
def data(rng):
    """Return 23 training samples, so that batches of 4 leave a partial one, and 5 for validation."""
    X = rng.normal(size=(28, 4))
    y = X[:, :3].argmax(axis=1)
    return X[:23], y[:23], X[23:], y[23:]


def copies(network):
    return [param.copy() for param in network.params()]


def same(params, others):
    return all(np.array_equal(a, b) for a, b in zip(params, others, strict=True))


def test_an_epoch_is_a_step_for_each_batch(make_network, data):
    network, plain = make_network(), make_network()
    X, y, _, _ = data
    result = next(epochs(network, X, y, learning_rate=0.3, batch_size=4, shuffle=False))
    for start in range(0, 23, 4):
        grads = plain.gradients(X[start : start + 4], y[start : start + 4])
        for param, grad in zip(plain.params(), grads, strict=True):
            param -= 0.3 * grad
    assert same(network.params(), plain.params())
    assert (result.train_loss, result.train_error) == plain.evaluate(X, y)
    assert (result.epoch, result.valid_loss, result.valid_error) == (0, None, None)


def test_results_are_those_of_the_whole_sets(make_network, data):
    network = make_network()
    results = list(epochs(network, *data, n_epochs=3, rng=np.random.default_rng(1)))
    assert [result.epoch for result in results] == [0, 1, 2]
    last = results[-1]
    assert (last.train_loss, last.train_error) == network.evaluate(*data[:2])
    assert (last.valid_loss, last.valid_error) == network.evaluate(*data[2:])
    assert results[0].train_loss > last.train_loss
    assert last.seconds > 0
    assert last.samples_per_second >= 23 / last.seconds


def test_labels_and_one_hot_rows_train_alike(make_network, data):
    X, y, X_valid, y_valid = data
    runs = [
        list(epochs(make_network(), X, Y, X_valid, Y_valid, n_epochs=2, shuffle=False))
        for Y, Y_valid in ((y, y_valid), (one_hot(y, 3), one_hot(y_valid, 3)))
    ]
    assert runs[0][1].valid_loss == pytest.approx(runs[1][1].valid_loss, rel=1e-12)
    assert runs[0][1].train_error == runs[1][1].train_error


def test_a_run_that_does_not_evaluate_trains_alike(make_network, data, monkeypatch):
    network, other = make_network(), make_network()
    _ = list(epochs(other, *data, n_epochs=2, rng=np.random.default_rng(1)))
    monkeypatch.setattr(network, "evaluate", None)  # calling it would fail
    results = list(epochs(network, *data, n_epochs=2, rng=np.random.default_rng(1), evaluate=False))
    assert same(network.params(), other.params())
    figures = [(r.train_loss, r.train_error, r.valid_loss, r.valid_error) for r in results]
    assert figures == [(None,) * 4] * 2


def test_a_regression_has_no_error(make_network, data):
    network = make_network(output=LinearOutput)
    X, _, X_valid, _ = data
    result = next(epochs(network, X, X[:, :3], X_valid, X_valid[:, :3], learning_rate=0.05))
    assert result.train_error is None
    assert result.valid_error is None
    assert result.valid_loss > 0


@settings(max_examples=10)
@given(st.integers(2, 60))
def test_big_batches_are_summed_up_in_chunks(n_samples):
    rng = np.random.default_rng(n_samples)
    X, y = rng.normal(size=(n_samples, 4)), rng.integers(3, size=n_samples)
    network = MLPConfig(n_inputs=4, hidden=(5,), n_classes=3).build()
    whole = [grad.copy() for grad in network.gradients(X, y)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "CHUNK", 7)
        chunked = training.batch_gradients(network, X, y, np.arange(n_samples))
    for grad, other in zip(whole, chunked, strict=True):
        np.testing.assert_allclose(grad, other, rtol=1e-10, atol=1e-15)


def test_an_optimizer_may_be_brought_along_and_changed(make_network, data):
    optimizer = SGD(0.1)
    run = epochs(make_network(), *data, optimizer=optimizer)
    next(run)
    optimizer.learning_rate = 1e-12
    before = copies(run.network)
    next(run)
    for old, new in zip(before, run.network.params(), strict=True):
        np.testing.assert_allclose(old, new, atol=1e-9)


class WatchedSGD(SGD):
    """SGD that records the factor of each step."""

    def step(self, params, grads, factor=1.0):
        self.factors = [*getattr(self, "factors", []), factor]
        super().step(params, grads, factor)


def test_a_schedule_is_asked_in_the_middle_of_each_step(make_network, data):
    optimizer = WatchedSGD(0.1)
    run = epochs(
        make_network(), *data[:2], batch_size=8, n_epochs=2, optimizer=optimizer, schedule=lambda done: done, rng=None
    )
    list(run)
    # 23 samples: two batches of 8 and one of 7 per epoch, with midpoints at 4, 12 and 19.5.
    expected = np.array([4, 12, 19.5, 23 + 4, 23 + 12, 23 + 19.5]) / 46
    np.testing.assert_allclose(optimizer.factors, expected, rtol=1e-12)


class TestEarlyStopping:
    @pytest.fixture
    def scored(self, make_network, monkeypatch):
        """Return a function that makes a network with the given validation errors (or losses), epoch by epoch."""

        def make(*scores, classes=True):
            network, given_ = make_network(), iter(scores)

            def evaluate(X, Y):
                if len(X) != 5:
                    return 0.0, 0.0
                return (0.0, next(given_)) if classes else (next(given_), None)

            monkeypatch.setattr(network, "evaluate", evaluate)
            return network

        return make

    @pytest.mark.parametrize("classes", [True, False])
    def test_it_stops_and_puts_the_best_back(self, scored, data, rng, classes):
        network = scored(0.5, 0.3, 0.4, 0.3, 0.2, classes=classes)
        run = epochs(network, *data, patience=2, rng=rng, n_epochs=100)
        seen = []
        for _ in run:
            seen.append(copies(network))
        assert (len(seen), run.best_epoch) == (4, 1)  # an equal error is no improvement
        assert same(network.params(), seen[1])
        assert not same(seen[1], seen[2])
        assert list(run) == []

    def test_the_best_is_put_back_at_the_ordinary_end(self, scored, data, rng):
        network = scored(0.5, 0.3, 0.4)
        run = epochs(network, *data, patience=10, rng=rng, n_epochs=3)
        next(run)
        next(run)
        best = copies(network)
        next(run)
        assert same(network.params(), best)

    def test_without_it_the_last_parameters_stay(self, make_network, data):
        runs = [
            epochs(make_network(), *data, n_epochs=3, rng=np.random.default_rng(0), patience=patience)
            for patience in (None, 100)
        ]
        plain, patient = (History(run) for run in runs)
        assert plain.column("valid_error").tolist() == patient.column("valid_error").tolist()
        best = patient.column("valid_error").argmin()
        assert runs[1].best_epoch == best
        assert runs[1].network.evaluate(*data[2:])[1] == patient[best].valid_error


class Watched:
    """Proxy of a network that calls `see` before each gradient, with the samples and how many gradients there were."""

    def __init__(self, network, see):
        self.network, self.see, self.count = network, see, 0

    def __getattr__(self, name):
        return getattr(self.network, name)

    def gradients(self, X, Y):
        self.see(X, self.count)
        self.count += 1
        return self.network.gradients(X, Y)


@pytest.mark.parametrize("at", [0, 3, 5, 6, 11])
@pytest.mark.parametrize(
    "send", [lambda: signal.raise_signal(signal.SIGINT), _thread.interrupt_main], ids=["raise", "main"]
)
def test_an_interrupted_run_goes_on_to_the_same_digits(make_network, data, at, send):
    undisturbed = make_network()
    expected = list(epochs(undisturbed, *data, batch_size=4, n_epochs=3, rng=np.random.default_rng(1)))
    network = make_network()
    watched = Watched(network, lambda _, count: send() if count == at else None)
    run = epochs(watched, *data, batch_size=4, n_epochs=3, rng=np.random.default_rng(1))
    results, interruptions = [], 0
    while len(results) < 3:
        try:
            results.extend([next(run)])
        except KeyboardInterrupt:
            interruptions += 1
    assert interruptions == 1
    assert [result.valid_loss for result in results] == [result.valid_loss for result in expected]
    assert same(network.params(), undisturbed.params())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_batch_size_changed_within_an_epoch_holds_from_the_next_step(make_network, data):
    X, y = data[:2]
    batches = []
    network = Watched(make_network(), lambda X, _: batches.append(X))
    run = epochs(network, X, y, batch_size=8, rng=np.random.default_rng(1))

    def shrink():
        assert run.epoch_progress == sum(map(len, batches)) / len(X)
        if len(batches) == 2:
            run.batch_size = 3

    run.between_steps = shrink
    next(run)
    assert [len(batch) for batch in batches] == [8, 8, 3, 3, 1]
    assert sorted(np.concatenate(batches).tolist()) == sorted(X.tolist())


def test_what_between_steps_raises_is_a_pause(make_network, data):
    undisturbed = make_network()
    (expected,) = epochs(undisturbed, *data, batch_size=4, n_epochs=1, rng=np.random.default_rng(1))
    network = make_network()
    run = epochs(network, *data, batch_size=4, n_epochs=1, rng=np.random.default_rng(1))
    calls = []

    def every_other():
        calls.append(same(network.params(), undisturbed.params()))
        if len(calls) % 2:
            raise ZeroDivisionError

    run.between_steps = every_other
    results = []
    while not results:
        with contextlib.suppress(ZeroDivisionError):
            results = [next(run)]
    assert results[0].valid_loss == expected.valid_loss
    assert calls == [False] * 5 + [True] * len(calls[5:])  # 23 samples are six steps; then evaluation


def test_an_interruption_that_comes_late_is_kept_for_the_next_epoch(make_network, data, monkeypatch):
    network = make_network()
    evaluate = network.evaluate

    def late(X, Y):
        if len(X) == 5:
            signal.raise_signal(signal.SIGINT)
        return evaluate(X, Y)

    monkeypatch.setattr(network, "evaluate", late)
    run = epochs(network, *data, n_epochs=1)
    assert next(run).epoch == 0
    with pytest.raises(KeyboardInterrupt):
        next(run)
    with pytest.raises(StopIteration):
        next(run)


def test_training_works_outside_the_main_thread(make_network, data):
    results = []
    thread = threading.Thread(target=lambda: results.extend(epochs(make_network(), *data, n_epochs=2)))
    thread.start()
    thread.join()
    assert len(results) == 2


def test_a_foreign_interrupt_handler_is_left_alone(make_network, data):
    def handler(signum, frame):
        raise AssertionError

    old = signal.signal(signal.SIGINT, handler)
    try:
        next(epochs(make_network(), *data))
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, old)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_diverging_run_stops_before_the_parameters_are_spoilt(make_network, data, dtype):
    network = make_network(output=LinearOutput, dtype=dtype)
    X, _, X_valid, _ = data
    run = epochs(network, X, X[:, :3], X_valid, X_valid[:, :3], learning_rate=50, batch_size=1)
    with pytest.raises(TrainingDiverged, match=r"diverged in epoch \d+ at learning rate 50: the gradients") as caught:
        History(run)
    assert caught.value.learning_rate == 50
    assert caught.value.epoch == run.epoch
    assert all(np.isfinite(param).all() for param in network.params())


@pytest.mark.parametrize("n_cores", [1, 2, 3, 50])
def test_the_number_of_cores_changes_nothing(make_network, monkeypatch, n_cores):
    monkeypatch.setattr(threads.os, "sched_getaffinity", lambda process: set(range(n_cores)), raising=False)
    rng = np.random.default_rng(0)
    chunks = [(rng.normal(size=(9, 4)), rng.integers(3, size=9)) for _ in range(10)]
    network = make_network()
    seen = set()

    def work(own, X, y):
        seen.add(id(own))
        return own.layers[-1].loss(y, own.predict(X))

    results = threads.on_all_cores(work, network, chunks)
    assert results == [network.layers[-1].loss(y, network.predict(X)) for X, y in chunks]
    assert (id(network) in seen) == (n_cores == 1)  # layers have state: threads must not share them


def peak_bytes(call):
    """Return the largest memory that was allocated at once during a call."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_evaluation_copies_no_data(digits):
    # Layers keep their last input, here all training images; threads must not copy it.
    X, y = digits[0]
    network = MLPConfig().build()
    network.predict(X)
    assert peak_bytes(lambda: network.evaluate(X, y)) < 60 * 2**20


def test_an_error_in_a_thread_is_raised(make_network, monkeypatch):
    monkeypatch.setattr(threads.os, "sched_getaffinity", lambda process: {0, 1}, raising=False)
    with pytest.raises(ZeroDivisionError):
        threads.on_all_cores(lambda network, x: 1 / x, make_network(), [(1,), (0,), (1,)])


def test_a_diverged_network_is_evaluated_without_warnings(make_network, monkeypatch, data):
    monkeypatch.setattr(threads.os, "sched_getaffinity", lambda process: {0, 1}, raising=False)
    monkeypatch.setattr("mlp_helpers.network.CHUNK", 4)
    network = make_network(output=LinearOutput)
    for param in network.params():
        param[...] = 1e300
    loss, _ = network.evaluate(data[0], data[1])  # warnings are errors here
    assert loss == np.inf


def test_blas_has_one_thread_for_small_products_and_all_for_large_ones(make_network, data, monkeypatch):
    def blas_threads():
        # NumPy's; other libraries that earlier tests have loaded are not limited.
        return {pool["num_threads"] for pool in threads._controller().info() if pool["user_api"] == "blas"}

    monkeypatch.setattr(threads, "n_cores", lambda: 2)
    before, seen = blas_threads(), []
    network = Watched(make_network(), lambda *_: seen.append(blas_threads()))
    next(epochs(network, *data))
    assert seen == [{1}] * len(seen)
    seen.clear()
    monkeypatch.setattr(threads, "LARGE_PRODUCT", 2 * 64 * 20)  # batches of 64, 20 weights
    next(epochs(network, *data))
    assert seen == [{2}] * len(seen)
    assert blas_threads() == before


def test_after_an_exception_an_epoch_begins_anew(make_network, data):
    def fail(_, count):
        if count == 2 and not failed:
            failed.append(count)
            raise MemoryError

    failed = []
    run = epochs(Watched(make_network(), fail), *data, batch_size=4)
    with pytest.raises(MemoryError):
        next(run)
    assert (run.epoch, run.epoch_progress) == (0, 0.0)
    assert next(run).epoch == 0
    assert run.network.count == 2 + 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"learning_rate": -0.1}, "learning_rate must be a finite number above 0, got -0.1"),
        ({"batch_size": 0}, "batch_size must be"),
        ({"n_epochs": 0}, "n_epochs must be"),
        ({"patience": 0}, "patience must be"),
        ({"patience": 3, "evaluate": False}, "patience needs validation data and evaluate=True"),
        ({"patience": 3, "X_valid": None, "Y_valid": None}, "patience needs validation data and evaluate=True"),
        ({"schedule": math.sqrt}, "n_epochs must be given where there is a schedule, got None"),
        ({"X": np.zeros((23, 5))}, r"X must have shape \(n_samples, 4\), got \(23, 5\)"),
        ({"X": np.zeros((0, 4))}, "X must have at least one row"),
        ({"X": np.full((23, 4), np.nan)}, "X must hold finite numbers, got 92"),
        ({"Y": np.full(23, 3)}, "Y must hold class labels of at least 0 and at most 2, got 3 to 3"),
        ({"Y": np.zeros(22, int)}, "X and Y must have the same length, got 23 and 22"),
        ({"Y": np.zeros((23, 2))}, r"Y must have shape \(n_samples, 3\), got \(23, 2\)"),
        ({"Y": np.full((23, 3), np.inf)}, "Y must hold finite numbers"),
        ({"X_valid": np.zeros((5, 3))}, r"X_valid must have shape \(n_samples, 4\), got \(5, 3\)"),
        ({"Y_valid": np.full(5, -1)}, "Y_valid must hold class labels"),
        ({"X_valid": None}, "X_valid is missing, Y_valid was given"),
        ({"Y_valid": None}, "Y_valid is missing, X_valid was given"),
        ({"Y": np.zeros(23)}, "Y must hold integer class labels, got dtype float64"),
        ({"augment": None}, "unexpected keyword argument 'augment'"),
    ],
    ids=str,
)
def test_bad_arguments_are_refused_at_the_call(make_network, data, arguments, message):
    given_ = dict(zip(("X", "Y", "X_valid", "Y_valid"), data, strict=True)) | arguments
    with pytest.raises((TypeError, ValueError), match=message):
        epochs(make_network(), **given_)


def test_a_network_without_parameters_is_refused(data):
    entrance = InputLayer((None, 4))
    with pytest.raises(ValueError, match="network must have parameters to train, got none"):
        epochs(NeuralNetwork([entrance, SoftmaxOutput(entrance)]), *data)


def test_gradient_descent_is_one_step(make_network, data):
    X, y, _, _ = data
    network, plain = make_network(), make_network()
    network.gd_epoch(X, y, 0.3)
    for param, grad in zip(plain.params(), plain.gradients(X, y), strict=True):
        param -= 0.3 * grad
    assert same(network.params(), plain.params())


def test_the_stop_button_of_a_notebook_pauses_a_run():
    """In a real kernel: interrupt a run during an epoch, use the network, and continue to the same digits."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:

        def execute(code):
            """Run code, interrupting it when it prints "epoch 1"; return its output and its exception's name."""
            printed = []

            def hear(message):
                if message["msg_type"] == "stream":
                    printed.append(message["content"]["text"])
                    if "epoch 1" in printed[-1]:
                        manager.interrupt_kernel()

            reply = client.execute_interactive(code, output_hook=hear, timeout=120)
            return "".join(printed), reply["content"].get("ename")

        execute(SET_UP)
        _, error = execute("for _ in range(1000): print('epoch', next(run).epoch, flush=True)")
        assert error == "KeyboardInterrupt"
        printed, error = execute(
            "print(all(np.isfinite(p).all() for p in run.network.params()), 2 <= run.epoch < 1000)"
        )
        assert (printed, error) == ("True True\n", None)
        printed, error = execute(COMPARE)
        assert (printed, error) == ("True\n", None)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


SET_UP = """
import numpy as np
from mlp_helpers import MLPConfig
X = np.random.default_rng(0).random((20_000, 784), dtype="float32")
y = X[:, :10].argmax(axis=1)
config = MLPConfig(hidden=(30,), epochs=1000, dtype="float32")
run = config.run(config.build(), X, y)
"""
COMPARE = """
result = next(run)
twin = config.run(config.build(), X, y)
for other in twin:
    if other.epoch == result.epoch:
        break
print(result.train_loss == other.train_loss)
"""


@pytest.mark.parametrize(
    ("dtype", "batch_size"),
    [("float32", 64), ("float64", 64), pytest.param("float64", 50_000, marks=pytest.mark.thorough)],
)
def test_training_needs_little_memory_of_its_own(digits, dtype, batch_size):
    (X, y), (X_valid, y_valid), _ = digits
    config = MLPConfig(dtype=dtype, batch_size=batch_size, epochs=1)
    network = config.build()
    assert peak_bytes(lambda: next(config.run(network, X, y, X_valid, y_valid))) < 60 * 2**20


def test_a_network_that_was_forgotten_is_asked_for(data):
    X, y, X_valid, y_valid = data
    with pytest.raises(TypeError, match=r"network must have the method params\(\), and ndarray has none"):
        MLPConfig().run(X, y, X_valid, y_valid)
