"""Process of one contender: `python contenders.py NAME RECIPE THREADS SEED`, one epoch per line of standard input.

All follow the recipe: its layers, learning rate and batch size, samples in random order, cross-entropy; then loss and
error on training and validation data. For each line of input a contender runs one epoch and writes a line of JSON.
Before the first it writes an empty one, when its data are loaded and it is set up.
"""

import itertools
import json
import sys
import time

import numpy as np
from products import Products

from mlp_helpers import MLPConfig, mnist, one_hot

RECIPES = {
    "sheet": MLPConfig(hidden=(80, 70), activations=("relu", "tanh"), init_stddev=0.01, epochs=1000),
    "two per cent": MLPConfig(hidden=(256, 128), batch_size=32, epochs=1000),
}


def shapes(recipe):
    """Return the shapes of the weight matrices."""
    return list(itertools.pairwise((784, *recipe.hidden, 10)))


class Course:
    """The package's `training.epochs`."""

    dtype = "float32"

    def __init__(self, data, recipe, threads):
        recipe = recipe.replace(dtype=self.dtype)
        self.run = recipe.run(recipe.build(), *data[0], *data[1])

    def epoch(self):
        return next(self.run).valid_error


class Course64(Course):
    """`Course` in double precision, as in the notebooks."""

    dtype = "float64"


class SheetsLoop:
    """Literal loop of the exercise sheet: float64, derivatives from pre-activations, the gradient of the input too."""

    def __init__(self, data, recipe, threads):
        (self.X, self.y), (self.X_valid, self.y_valid) = data
        self.Y, self.Y_valid = one_hot(self.y, 10), one_hot(self.y_valid, 10)
        self.batch_size, self.learning_rate = recipe.batch_size, recipe.learning_rate
        rng = np.random.default_rng(recipe.seed)
        self.W = [rng.normal(0, recipe.init_stddev, shape) for shape in shapes(recipe)]
        self.b = [np.zeros((1, units)) for _, units in shapes(recipe)]

    def forward(self, X):
        """Return the prediction; keep each layer's input and pre-activation for the backward pass."""
        self.inputs, self.pre_activations = [], []
        for W, b, activation in zip(self.W, self.b, (self.relu, np.tanh, None), strict=True):
            self.inputs.append(X)
            self.pre_activations.append(np.dot(X, W) + b)
            X = self.pre_activations[-1] if activation is None else activation(self.pre_activations[-1])
        exponentials = np.exp(X - np.max(X, axis=1, keepdims=True))
        return exponentials / np.sum(exponentials, axis=1, keepdims=True)

    def step(self, X, Y):
        n = X.shape[0]
        grad = self.forward(X) - Y
        dW, db = [None] * 3, [None] * 3
        for i, derivative in ((2, None), (1, self.tanh_d), (0, self.relu_d)):
            grad = grad if derivative is None else grad * derivative(self.pre_activations[i])
            dW[i] = (1 / n) * np.dot(self.inputs[i].T, grad)
            db[i] = (1 / n) * np.sum(grad, axis=0, keepdims=True)
            grad = np.dot(grad, self.W[i].T)
        for i in range(3):
            self.W[i] -= self.learning_rate * dW[i]
            self.b[i] -= self.learning_rate * db[i]

    def relu(self, x):
        return np.maximum(0.0, x)

    def relu_d(self, x):
        slope = np.zeros_like(x)
        slope[x > 0] = 1
        return slope

    def tanh_d(self, x):
        return 1.0 - np.tanh(x) ** 2

    def loss(self, X, Y):
        return np.mean(np.sum(-np.log(self.forward(X) + 1e-10) * Y, axis=1))

    def error(self, X, y):
        return np.mean(np.argmax(self.forward(X), axis=-1) != y)

    def epoch(self):
        for start in range(0, len(self.X) // self.batch_size * self.batch_size, self.batch_size):
            batch = slice(start, start + self.batch_size)
            self.step(self.X[batch], self.Y[batch])
        self.loss(self.X, self.Y)
        self.error(self.X, self.y)
        self.loss(self.X_valid, self.Y_valid)
        return self.error(self.X_valid, self.y_valid)


class BareProducts:
    """Matrix products of an epoch and nothing else: the lower bound."""

    dtype = "float32"

    def __init__(self, data, recipe, threads):
        self.n_trained, self.n_evaluated = len(data[0][0]), sum(len(X) for X, _ in data)
        self.products = Products((784, *recipe.hidden, 10), recipe.batch_size, self.dtype)

    def epoch(self):
        self.products.epoch(self.n_trained, self.n_evaluated)


class BareProducts64(BareProducts):
    """`BareProducts` in double precision."""

    dtype = "float64"


class PyTorch:
    """torch.nn.Sequential with fused SGD, float32."""

    def __init__(self, data, recipe, threads):
        import torch

        torch.set_num_threads(threads)
        torch.manual_seed(recipe.seed)
        self.torch = torch
        self.data = [(torch.from_numpy(X), torch.from_numpy(y).long()) for X, y in data]
        activations = [{"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[name]() for name in recipe.activations]
        layers = []
        for shape, activation in itertools.zip_longest(shapes(recipe), activations):
            linear = torch.nn.Linear(*shape)
            torch.nn.init.normal_(linear.weight, std=recipe.init_stddev)
            torch.nn.init.zeros_(linear.bias)
            layers += [linear] if activation is None else [linear, activation]
        self.network = torch.nn.Sequential(*layers)
        self.batch_size = recipe.batch_size
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=recipe.learning_rate, fused=True)
        self.loss = torch.nn.functional.cross_entropy

    def epoch(self):
        X, y = self.data[0]
        for batch in self.torch.randperm(len(X)).split(self.batch_size):
            self.optimizer.zero_grad()
            self.loss(self.network(X[batch]), y[batch]).backward()
            self.optimizer.step()
        with self.torch.inference_mode():
            for X, y in self.data:
                logits = self.network(X)
                self.loss(logits, y).item()
                error = (logits.argmax(1) != y).double().mean().item()
        return error


class Jax:
    """Jitted scan over the batches, float32; the last, partial batch, which a scan cannot handle, is left out."""

    def __init__(self, data, recipe, threads):
        import jax
        import jax.numpy as jnp

        rng = np.random.default_rng(recipe.seed)
        self.params = [
            (jnp.asarray(rng.normal(0, recipe.init_stddev, shape), jnp.float32), jnp.zeros(shape[1]))
            for shape in shapes(recipe)
        ]
        self.batch_size = recipe.batch_size
        activations = [{"relu": jax.nn.relu, "tanh": jnp.tanh}[name] for name in recipe.activations]
        self.data = [(jnp.asarray(X), jnp.asarray(y)) for X, y in data]
        self.rng = rng

        def logits(params, X):
            *hidden, (W, b) = params
            for (W_hidden, b_hidden), activation in zip(hidden, activations, strict=True):
                X = activation(X @ W_hidden + b_hidden)
            return X @ W + b

        def loss(params, X, y):
            return -jnp.mean(jax.nn.log_softmax(logits(params, X))[jnp.arange(len(y)), y])

        @jax.jit
        def train(params, X, y, batches):
            def step(params, batch):
                grads = jax.grad(loss)(params, X[batch], y[batch])
                return jax.tree.map(lambda p, g: p - recipe.learning_rate * g, params, grads), None

            return jax.lax.scan(step, params, batches)[0]

        @jax.jit
        def evaluate(params, X, y):
            return loss(params, X, y), jnp.mean(jnp.argmax(logits(params, X), 1) != y)

        self.train, self.evaluate = train, evaluate

    def epoch(self):
        X, y = self.data[0]
        n_steps = len(X) // self.batch_size
        batches = self.rng.permutation(len(X))[: n_steps * self.batch_size].reshape(n_steps, self.batch_size)
        self.params = self.train(self.params, X, y, batches)
        return [float(self.evaluate(self.params, *part)[1]) for part in self.data][1]


class ScikitLearn:
    """MLPClassifier.partial_fit: float32, relu in all layers, scikit-learn's own initialisation, no evaluation."""

    def __init__(self, data, recipe, threads):
        from sklearn.neural_network import MLPClassifier

        self.data = data
        self.network = MLPClassifier(
            recipe.hidden,
            solver="sgd",
            alpha=0,
            batch_size=recipe.batch_size,
            learning_rate_init=recipe.learning_rate,
            momentum=0,
            random_state=recipe.seed,
        )

    def epoch(self):
        self.network.partial_fit(*self.data[0], classes=np.arange(10))


class ScikitLearnEvaluated(ScikitLearn):
    """`ScikitLearn`, followed by the validation error."""

    def epoch(self):
        super().epoch()
        return 1 - self.network.score(*self.data[1])


CONTENDERS = {
    "course": Course,
    "course, float64": Course64,
    "sheet's loop": SheetsLoop,
    "bare products": BareProducts,
    "bare products, float64": BareProducts64,
    "PyTorch": PyTorch,
    "JAX": Jax,
    "scikit-learn": ScikitLearn,
    "scikit-learn, evaluated": ScikitLearnEvaluated,
}


def load_data():
    """Return training and validation data as rows."""
    return [(X.reshape(len(X), -1), y) for X, y in mnist()[:2]]


def answer(**fields):
    """Write a line of JSON to standard output."""
    print(json.dumps(fields), flush=True)


def main(name, recipe, threads, seed):
    """Load the data and set up, then run an epoch for each line of input."""
    contender = CONTENDERS[name](load_data(), RECIPES[recipe].replace(seed=int(seed)), int(threads))
    answer()
    for _ in sys.stdin:
        started = time.perf_counter()
        error = contender.epoch()
        seconds = time.perf_counter() - started
        answer(seconds=seconds, valid_error=None if error is None else float(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
