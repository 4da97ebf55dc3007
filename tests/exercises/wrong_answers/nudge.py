"""Wrong answers to `nudge`."""

import numpy as np

from wrong_answers import wrong


@wrong("gives the same array a second name", names="second name")
def nudge_two_names(loss, w, i, h):
    nudged = w
    nudged[i] = nudged[i] + h
    return (loss(nudged) - loss(w)) / h


@wrong("nudges all weights", names="all (the )?weights|every weight|each weight|w [+] h")
def nudge_all_weights(loss, w, i, h):
    return (loss(w + h) - loss(w)) / h


@wrong("writes =+ for +=", names="became `h`")
def nudge_equals_plus(loss, w, i, h):
    nudged = w.copy()
    nudged[i] =+ h  # fmt: skip
    slope = (loss(nudged) - loss(w)) / h
    return slope


@wrong("divides the second loss alone", names="bracket|parenthes|loss.w. / h|only one|alone")
def nudge_without_brackets(loss, w, i, h):
    nudged = w.copy()
    nudged[i] += h
    return loss(nudged) - loss(w) / h


@wrong("nudges in both directions", names="both|two sides|w - h|down|w itself|loss.w.")
def nudge_both_ways(loss, w, i, h):
    up, down = w.copy(), w.copy()
    up[i] += h
    down[i] -= h
    return (loss(up) - loss(down)) / (2 * h)


@wrong("passes one weight to the loss, not all", names="all weights|single number|array|one weight")
def nudge_loss_of_one_weight(loss, w, i, h):
    return (loss(w[i] + h) - loss(w[i])) / h


@wrong("returns the slopes of all weights", names="several|array|one number|shape")
def nudge_all_slopes(loss, w, i, h):
    slopes = np.zeros(len(w))
    for i in range(len(w)):
        nudged = w.copy()
        nudged[i] += h
        slopes[i] = (loss(nudged) - loss(w)) / h
    return slopes


@wrong("does not call copy", names="copy|parenthes|bracket")
def nudge_copy_not_called(loss, w, i, h):
    nudged = w.copy
    nudged[i] += h
    return (loss(nudged) - loss(w)) / h


@wrong("takes the weight back down, and divides by minus h", names="nudged by −h|-= h")
def nudge_downwards(loss, w, i, h):
    nudged = w.copy()
    nudged[i] -= h
    return (loss(w) - loss(nudged)) / h


@wrong("divides by the nudged weight", names="nudged.i.|divi")
def nudge_divided_by_the_weight(loss, w, i, h):
    nudged = w.copy()
    nudged[i] += h
    return (loss(nudged) - loss(w)) / nudged[i]


@wrong("forgets the loss before, and puts the weight back", names="line 3")
def nudge_put_back_too_early(loss, w, i, h):
    w[i] += h
    w[i] -= h
    after = loss(w)
    return (after - loss(w)) / h
