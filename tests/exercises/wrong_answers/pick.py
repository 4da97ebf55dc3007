"""Wrong answers to `pick`."""

from wrong_answers import wrong


@wrong("looks up the first label in every row")
def pick_by_first_label(P, labels):
    return P[:, labels[0]]


@wrong("returns after the first row", names="return")
def pick_returned_in_loop(P, labels):
    for i in range(len(P)):
        return P[i, labels[i]]
    return None
