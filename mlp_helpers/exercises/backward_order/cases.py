"""Cases of `backward_order`."""

import numpy as np

from mlp_helpers.checking.questions import Misfit, Questions

LONG = "some 3,500 in a row"  # too many for recursion, also where JupyterLab has raised Python's limit to 3,000
PROPERTIES = {
    "nodes alone": "Some things in your list are no nodes of this graph. Are they pairs, or left from an earlier call?",
    "no node twice": "A node stands in your list twice. Where two ways lead to one, which of them should put it there?",
    "all nodes": "Some nodes are missing from your list. Which ones does your function never reach, or throw away?",
    "the end first": "Your list does not begin with the end, where the gradient is 1.",
    "users first": "A node comes before another one that uses it, and when its turn comes its gradient lacks a share.",
    "the graph as it was": "The lists `sources` are not as they were. `backward` goes through them next.",
    "right again": "For the same graph, a second call gives something else. What has the first one left behind?",
}
FORWARD = "Each node comes after all that it was made from. In which direction do gradients go?"


class Node:
    """A node of a graph: `sources` are pairs of a node and the local slope."""

    def __init__(self, sources):
        self.sources = sources


def _cases(rng):
    n_nodes = int(rng.integers(9, 13))
    tangle = [rng.choice(i, size=min(i, 2), replace=False).tolist() if i else [] for i in range(n_nodes)]
    tangle.append(list(range(n_nodes)))
    return {
        "a row": ([[], [0], [1], [2]],),
        "two ways": ([[], [0], [0], [1, 2]],),
        "a long way and a short one": ([[], [0], [1], [2], [0, 3]],),
        "a + a": ([[], [0, 0], [1, 1]],),
        "a + a beside a long way": ([[], [0, 0], [0], [2], [3], [4, 1]],),
        "a tangle": (tangle,),
        "one node": ([[]],),
        LONG: ([[], *([i] for i in range(int(rng.integers(3_400, 3_600))))],),
    }


def _nodes(sources):
    """Return the nodes of a graph, the end last. They lie in memory in no order, and so do those of a set."""
    made = {int(place): Node([]) for place in np.random.default_rng(0).permutation(len(sources))}
    for place, found in enumerate(sources):
        made[place].sources += [(made[source], 1.0) for source in found]
    return [made[place] for place in range(len(sources))]


def _look(answer, sources):
    """Return the places in the graph of the nodes in two lists of the answer, and whether it left the graph alone."""
    nodes = _nodes(sources)
    before = [list(node.sources) for node in nodes]
    try:
        orders = [answer(nodes[-1]) for _ in range(2)]
    except RecursionError:
        if len(nodes) < 1_000:
            raise
        return "Your function calls itself more often than Python allows."
    if any(type(order) not in (list, tuple) for order in orders):
        return _in_place_of_a_list(next(order for order in orders if type(order) not in (list, tuple)))
    place_of = {id(node): place for place, node in enumerate(nodes)}
    is_unchanged = [node.sources for node in nodes] == before
    found = [[place_of.get(id(node), -1) for node in order[: len(nodes) + 1]] for order in orders]
    return {"orders": [np.array(places, dtype=np.int64) for places in found], "is unchanged": is_unchanged}


def _in_place_of_a_list(value):
    if value is None:
        return "Your function returned None. Is the `return` missing, or does it return what `reverse` returns?"
    return f"A list of nodes is wanted, and yours is of type {type(value).__name__}."


def _conclude(seen, sources):
    """Return which properties of an order hold in which gradients can be passed back, a dict from name to bool."""
    if type(seen) is str:
        return dict.fromkeys(PROPERTIES, seen)
    first, again = (_properties(order, sources) for order in seen["orders"])
    return first | {"the graph as it was": seen["is unchanged"] is True, "right again": all(again.values())}


def _properties(order, sources):
    if type(order) is not np.ndarray or order.ndim != 1 or order.dtype.kind not in "iu":
        raise Misfit("A list of nodes is wanted.")
    places, n_nodes = order.tolist(), len(sources)
    when = {place: number for number, place in enumerate(places)}
    pairs = [(when.get(user, -1), when.get(place, n_nodes)) for user, found in enumerate(sources) for place in found]
    is_right = all(user < place for user, place in pairs)
    is_forward = len(when) == n_nodes and all(user > place for user, place in pairs)
    return {
        "nodes alone": all(0 <= place < n_nodes for place in places),
        "no node twice": len(when) == len(places),
        "all nodes": all(place in when for place in range(n_nodes)),
        "the end first": places[:1] == [n_nodes - 1],
        "users first": is_right or (is_forward and FORWARD),
    }


SMALL = {"e": "su", "s": "pk", "p": "uv"}  # a graph by the names of its nodes: e was made from s and u, and so on


def _small_case(_rng):
    text = "; ".join(f"{name} from {' and '.join(sources)}" for name, sources in SMALL.items())
    return {"the graph of `graph_gradients`": (text,)}


def _look_at_names(answer, _text):
    """Return the names of the nodes in the answer's list, as one text."""
    nodes = {name: Node([]) for name in "esupkv"}
    for name, sources in SMALL.items():
        nodes[name].sources.extend((nodes[source], 1.0) for source in sources)
    order = answer(nodes["e"])
    if type(order) not in (list, tuple):
        return _in_place_of_a_list(order)
    name_of = {id(node): name for name, node in nodes.items()}
    return ", ".join(name_of.get(id(node), "something else") for node in order[: 2 * len(nodes)])


QUESTIONS = Questions(
    _cases,
    _look,
    _conclude,
    as_called=lambda sources: _nodes(sources)[-1:],
    small=Questions(_small_case, _look_at_names),
    awkward=(LONG,),
    ordinary_share=2 / 3,
    properties=PROPERTIES,
    conceals=("gradients", "layers", "network", "optimizers", "outputs", "training"),
)
