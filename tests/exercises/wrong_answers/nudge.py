"""Wrong answers to `nudge`."""

import numpy as np

from wrong_answers import wrong


@wrong("nudges the caller's weights", names="`w` itself has changed")
def nudge_in_place(loss, w, i, h):
    before = loss(w)
    w[i] += h
    return (loss(w) - before) / h


@wrong("gives the same array a second name", names="second name")
def nudge_two_names(loss, w, i, h):
    nudged = w
    nudged[i] = nudged[i] + h
    return (loss(nudged) - loss(w)) / h


@wrong("does not divide by h", names="for each unit of the nudge")
def nudge_not_divided(loss, w, i, h):
    new_w = w.copy()
    new_w[i] += h
    return loss(new_w) - loss(w)


@wrong("subtracts the other way round", names="sign|minus|which .* subtract")
def nudge_old_minus_new(loss, w, i, h):
    w2 = w.copy()
    w2[i] += h
    return (loss(w) - loss(w2)) / h


@wrong("nudges all weights", names="all (the )?weights|every weight|each weight|w [+] h")
def nudge_all_weights(loss, w, i, h):
    return (loss(w + h) - loss(w)) / h


@wrong("sets the weight to h", names="became `h`")
def nudge_set_to_h(loss, w, i, h):
    nudged = w.copy()
    nudged[i] = h
    return (loss(nudged) - loss(w)) / h


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


@wrong("prints the slope", names="return")
def nudge_printed(loss, w, i, h):
    nudged = w.copy()
    nudged[i] += h
    print((loss(nudged) - loss(w)) / h)


@wrong("nudges in both directions", names="both|two sides|w - h|down|w itself|loss.w.")
def nudge_both_ways(loss, w, i, h):
    up, down = w.copy(), w.copy()
    up[i] += h
    down[i] -= h
    return (loss(up) - loss(down)) / (2 * h)


@wrong("passes one weight to the loss, not all", names="all weights|single number|array|one weight")
def nudge_loss_of_one_weight(loss, w, i, h):
    return (loss(w[i] + h) - loss(w[i])) / h


@wrong("multiplies the weight")
def nudge_multiplied(loss, w, i, h):
    nudged = w.copy()
    nudged[i] *= 1 + h
    return (loss(nudged) - loss(w)) / h


@wrong("divides the new loss, not the rise")
def nudge_loss_not_its_rise(loss, w, i, h):
    nudged = w.copy()
    nudged[i] += h
    return loss(nudged) / h


@wrong("returns the slopes of all weights", names="several|array|one number|shape")
def nudge_all_slopes(loss, w, i, h):
    slopes = np.zeros(len(w))
    for i in range(len(w)):
        nudged = w.copy()
        nudged[i] += h
        slopes[i] = (loss(nudged) - loss(w)) / h
    return slopes


@wrong("loses the sign of the rise", names="sign|abs")
def nudge_absolute(loss, w, i, h):
    nudged = w.copy()
    nudged[i] += h
    return abs(loss(nudged) - loss(w)) / h


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


@wrong("nudges the next weight", names="i [+] 1|wrong weight|another weight|out of|which weight|ind(ex|ices)")
def nudge_next_weight(loss, w, i, h):
    nudged = w.copy()
    nudged[i + 1] += h
    return (loss(nudged) - loss(w)) / h


@wrong("forgets the loss before, and puts the weight back", names="line 3")
def nudge_put_back_too_early(loss, w, i, h):
    w[i] += h
    w[i] -= h
    after = loss(w)
    return (after - loss(w)) / h
