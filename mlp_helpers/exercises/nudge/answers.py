"""Right answer to `nudge`, and known mistakes."""

from mlp_helpers.exercises.answer_keys import AnswerKey


def _nudged(w, i, h):
    moved = w.copy()
    moved[i] += h
    return moved


def _nudge(loss, w, i, h):
    return (loss(_nudged(w, i, h)) - loss(w)) / h


KEY = AnswerKey(reference=_nudge)


@KEY.mistake("This is by how much the loss rises. How much is that for each unit of the nudge?")
def nudge_without_division(loss, w, i, h):
    return loss(_nudged(w, i, h)) - loss(w)


@KEY.mistake("The sign is wrong. A loss that rises has a slope above 0: which of the two values comes first?")
def nudge_the_other_way_round(loss, w, i, h):
    return (loss(w) - loss(_nudged(w, i, h))) / h


@KEY.mistake("All weights were nudged together. In which entry of `w` should the nudge arrive?")
def nudge_of_all_weights(loss, w, i, h):
    return (loss(w + h) - loss(w)) / h


@KEY.mistake(
    "The numbers are right, but afterwards `w` itself has changed: its weight has kept the nudge. "
    "What does `w.copy()` do?"
)
def nudge_that_stays(loss, w, i, h):
    before = loss(w)
    w[i] += h
    return (loss(w) - before) / h


@KEY.mistake(
    "The slope is 0 each time: both values are those of the nudged weights. Is the new array another one, or a second "
    "name of the same one?"
)
def nudge_of_a_second_name(loss, w, i, h):
    moved = w
    moved[i] += h
    return (loss(moved) - loss(w)) / h


@KEY.mistake("You took the weight from both sides. Here it is nudged to one side only, from where it is.")
def nudge_to_both_sides(loss, w, i, h):
    return (loss(_nudged(w, i, h)) - loss(_nudged(w, i, -h))) / (2 * h)


@KEY.mistake("Each slope is half of the right one. How long is the way from `w` to the nudged weights?")
def nudge_divided_by_2h(loss, w, i, h):
    return (loss(_nudged(w, i, h)) - loss(w)) / (2 * h)


@KEY.mistake("The weight was nudged by −h. From where it is, which way does `h` move it?")
def nudge_the_other_way(loss, w, i, h):
    return (loss(w) - loss(_nudged(w, i, -h))) / h


DIVIDED_BY_A_WEIGHT = "The rise was divided by a weight. You want to know how large it is for each unit of the nudge."


@KEY.mistake(DIVIDED_BY_A_WEIGHT)
def nudge_divided_by_the_weight(loss, w, i, h):
    return (loss(_nudged(w, i, h)) - loss(w)) / w[i]


@KEY.mistake(DIVIDED_BY_A_WEIGHT)
def nudge_divided_by_the_nudged_weight(loss, w, i, h):
    return (loss(_nudged(w, i, h)) - loss(w)) / _nudged(w, i, h)[i]


@KEY.mistake("The weight became `h` itself. By how much should it change?")
def nudge_that_sets_the_weight(loss, w, i, h):
    moved = w.copy()
    moved[i] = h
    return (loss(moved) - loss(w)) / h


@KEY.mistake("The weight moved by `h` times itself. By how much should it grow?")
def nudge_by_a_share_of_the_weight(loss, w, i, h):
    return (loss(_nudged(w, i, h * w[i])) - loss(w)) / h


@KEY.mistake("This is the loss with the nudge, for each unit of it. By how much does the loss rise?")
def nudge_of_the_nudged_loss_alone(loss, w, i, h):
    return loss(_nudged(w, i, h)) / h
