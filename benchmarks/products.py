"""Matrix products of an epoch and nothing else: a lower bound for every contender that multiplies matrices."""

import itertools

import numpy as np

from mlp_helpers.training import CHUNK


class Products:
    """Products of training and evaluation, on data already gathered, into preallocated arrays.

    `sizes` are the units of each layer, the input first.
    """

    def __init__(self, sizes, batch_size, dtype):
        rng = np.random.default_rng(0)
        # Scaled as in training: repeated products must not overflow.
        self.W = [rng.normal(0, shape[0] ** -0.5, shape).astype(dtype) for shape in itertools.pairwise(sizes)]
        self.dW = [np.empty_like(W) for W in self.W]
        self.batch_size = batch_size
        self.batch, self.chunk = ([rng.random((n, size)).astype(dtype) for size in sizes] for n in (batch_size, CHUNK))

    def forward(self, A):
        """Multiply through all layers, writing each product into the next array of `A`."""
        for i, W in enumerate(self.W):
            np.matmul(A[i], W, out=A[i + 1])

    def epoch(self, n_trained, n_evaluated):
        """Compute the products of one pass over the training samples, then those of the evaluation."""
        A = self.batch
        for _ in range(-(-n_trained // self.batch_size)):
            self.forward(A)
            for i in reversed(range(len(self.W))):
                np.matmul(A[i].T, A[i + 1], out=self.dW[i])
                if i:  # the input's gradient is not needed
                    np.matmul(A[i + 1], self.W[i].T, out=A[i])
        for _ in range(-(-n_evaluated // CHUNK)):
            self.forward(self.chunk)
