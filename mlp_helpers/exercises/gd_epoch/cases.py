"""Cases of `gd_epoch`."""

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.toys import ToyNetwork, ToyPair


def _cases(rng):
    def case(network, n_samples, rate):
        return network, rng.normal(size=(n_samples, 3)), rng.normal(size=(n_samples, 2)), rate

    return {
        "12 samples": case(ToyNetwork(rng, 3, 2), 12, 0.5),
        "300 samples": case(ToyNetwork(rng, 3, 2), 300, 2.0),
        "one sample, four parameters": case(ToyPair(ToyNetwork(rng, 3, 2), ToyNetwork(rng, 3, 2)), 1, 0.1),
    }


def _look(answer, network, X, Y, learning_rate):
    """Return the parameters after an epoch, and after another one."""
    found = {}
    for when in ("after one epoch", "after two"):
        answer(network, X, Y, learning_rate)
        found[when] = [param.copy() for param in network.params()]
    return found


QUESTIONS = Questions(_cases, _look, changes=(0,), conceals=("optimizers", "training", "network"))
