"""Wrong answers to `inverted_dropout`."""

from wrong_answers import wrong


@wrong("returns no mask", names="two arrays")
def inverted_dropout_activations_alone(A, keep_probability, rng):
    return A * (rng.random(A.shape) < keep_probability) / keep_probability


@wrong("scales by the share that was drawn", names="scale|mean|times the mask")
def inverted_dropout_by_share_drawn(A, keep_probability, rng):
    mask = (rng.random(A.shape) < keep_probability) / keep_probability
    return A * mask / mask.mean() / keep_probability, mask
