"""Wrong answers to `nearest_mean`."""

import numpy as np

from wrong_answers import wrong


@wrong("finds the nearest sample of each mean", names="a sample for each mean")
def nearest_mean_sample_for_each_mean(X, means):
    distances = np.array([np.sum((X - mean) ** 2, axis=1) for mean in means])
    return distances.argmin(axis=1)


@wrong("takes norms over the means instead of the features", names="norm.diff, axis")
def nearest_mean_norm_over_means(X, means):
    diff = X[:, np.newaxis, :] - means[np.newaxis, :, :]
    dist = np.linalg.norm(diff, axis=1)
    return np.argmin(dist, axis=1)


@wrong("begins with the smallest distance of the samples before", names="best|begin|start")
def nearest_mean_best_never_reset(X, means):
    labels = np.zeros(len(X), dtype=int)
    best = np.inf
    for i in range(len(X)):
        for k in range(len(means)):
            distance = np.sum((X[i] - means[k]) ** 2)
            if distance < best:
                best = distance
                labels[i] = k
    return labels


@wrong("takes the largest product for the smallest distance", names="product")
def nearest_mean_largest_product(X, means):
    similarity = X.dot(means.T)
    return np.argmax(similarity, axis=1)


@wrong("returns the smallest distances, not which mean they belong to", names="get distances")
def nearest_mean_distances(X, means):
    result = []
    for x in X:
        distances = []
        for m in means:
            distances.append(np.sum((x - m) ** 2))
        result.append(min(distances))
    return np.array(result)


@wrong("begins with a distance of 0, which none is below", names="0, 0")
def nearest_mean_best_is_0(X, means):
    nearest = []
    for x in X:
        best, best_distance = 0, 0
        for k, mean in enumerate(means):
            distance = np.linalg.norm(x - mean)
            if distance < best_distance:
                best, best_distance = k, distance
        nearest.append(best)
    return np.array(nearest)


@wrong("sums absolute differences, not squares", names="absolut|squar|np.abs")
def nearest_mean_manhattan(X, means):
    distances = np.abs(X[:, np.newaxis, :] - means).sum(axis=2)
    return np.argmin(distances, axis=1)


@wrong("squares the sum, not the differences", names="squar|bracket")
def nearest_mean_squared_late(X, means):
    distances = np.stack([np.sum(X - m, axis=1) ** 2 for m in means], axis=1)
    return distances.argmin(axis=1)


@wrong("returns the means themselves", names="entries of `means`")
def nearest_mean_themselves(X, means):
    distances = np.stack([((X - mean) ** 2).sum(axis=1) for mean in means], axis=1)
    return means[distances.argmin(axis=1)]


@wrong("never updates the smallest distance", names="next one compared")
def nearest_mean_never_updated(X, means):
    nearest = np.zeros(len(X), dtype=int)
    for i in range(len(X)):
        smallest = np.sum((X[i] - means[0]) ** 2)
        for k in range(1, len(means)):
            distance = np.sum((X[i] - means[k]) ** 2)
            if distance < smallest:
                nearest[i] = k
    return nearest
