"""Training on newly augmented samples in each epoch: the updates, and when the samples are generated."""

import _thread
import itertools
import threading

import numpy as np
import pytest

from mlp_helpers import SGD, epochs, minibatches
from mlp_helpers.beyond.augmented import augmented_epochs


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(23, 4)), rng.integers(3, size=23)


def same(params, others):
    return all(np.array_equal(param, other) for param, other in zip(params, others, strict=True))


class Noise:
    """`augment` function that adds noise and records its results and threads."""

    def __init__(self):
        self.given, self.threads = [], []

    def __call__(self, X, rng):
        self.threads.append(threading.current_thread())
        self.given.append(X + rng.normal(scale=0.1, size=X.shape))
        return self.given[-1]


class TestAugmentation:
    def run(self, network, data, augment, **options):
        return augmented_epochs(network, *data, augment, batch_size=4, rng=np.random.default_rng(3), **options)

    def test_each_epoch_has_samples_of_its_own(self, make_network, data):
        network, plain, noise = make_network(), make_network(), Noise()
        run = self.run(network, data, noise, n_epochs=3, learning_rate=0.1)
        results = list(run)
        assert len(noise.given) == 3
        assert all(thread is not threading.main_thread() for thread in noise.threads)
        rng = np.random.default_rng(3)
        rng.integers(2**32, size=4)
        for X in noise.given:
            for X_batch, y_batch in minibatches(X, data[1], 4, rng):
                SGD(0.1).step(plain.params(), plain.gradients(X_batch, y_batch))
        assert same(network.params(), plain.params())
        assert results[-1].train_loss == network.evaluate(*data[:2])[0]  # on the original samples

    def test_the_next_samples_are_made_while_these_are_learned(self, make_network, data):
        noise = Noise()
        run = self.run(make_network(), data, noise)
        run.between_steps = lambda: run._ahead.result(timeout=60)  # times out if they are made only after the epoch
        for made in (2, 3):
            next(run)
            assert len(noise.given) == made

    @pytest.mark.usefixtures("usual_ctrl_c")
    def test_an_interrupted_run_goes_on_to_the_same_digits(self, make_network, data, monkeypatch):
        network, other = make_network(), make_network()
        list(self.run(network, data, Noise(), n_epochs=2))
        gradients, counts = other.gradients, itertools.count(1)

        def interrupted(X, Y):
            if next(counts) == 3:
                _thread.interrupt_main()
            return gradients(X, Y)

        monkeypatch.setattr(other, "gradients", interrupted)
        run = self.run(other, data, Noise(), n_epochs=2)
        with pytest.raises(KeyboardInterrupt):
            next(run)
        assert len(list(run)) == 2
        assert same(network.params(), other.params())

    @pytest.mark.parametrize("wrong", [lambda X: X[1:], lambda X: X.astype(np.float32), lambda X: X.tolist()])
    def test_other_samples_are_refused(self, make_network, data, wrong):
        with pytest.raises(ValueError, match=r"augment must return an array of shape \(23, 4\) and dtype float64, got"):
            next(self.run(make_network(), data, lambda X, rng: wrong(X)))

    def test_without_augment_it_is_the_ordinary_loop(self, make_network, data):
        network, plain = make_network(), make_network()
        list(self.run(network, data, None, n_epochs=2))
        list(epochs(plain, *data, batch_size=4, rng=np.random.default_rng(3), n_epochs=2))
        assert same(network.params(), plain.params())
