"""Right answer to `backward_order`, and known mistakes."""

from collections import Counter

from mlp_helpers.exercises.answer_keys import AnswerKey


def _reached(end):
    """Return all nodes from which the end was made, and itself, a list in the order in which they are met."""
    met, seen = [end], {end}
    for node in met:
        for source, _ in node.sources:
            if source not in seen:
                seen.add(source)
                met.append(source)
    return met


def _backward_order(end):
    waiting = Counter(source for node in _reached(end) for source, _ in node.sources)
    order = [end]
    for node in order:
        for source, _ in node.sources:
            waiting[source] -= 1
            if waiting[source] == 0:
                order.append(source)
    return order


KEY = AnswerKey(reference=_backward_order)


@KEY.mistake(
    "Right, except for a graph of some 3,500 nodes in a row: your function calls itself once for each, and Python "
    "allows fewer calls inside one another. Which list could take their place?"
)
def backward_order_by_recursion(end):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for source, _ in node.sources:
                visit(source)
            order.append(node)

    visit(end)
    return order[::-1]


@KEY.mistake(
    "The nodes come as they are met from the end on. If there is a long way to a node and a short one, it comes too "
    "early: what must it wait for?"
)
def backward_order_as_met(end):
    return _reached(end)


@KEY.mistake(
    "A node to which two ways lead stands in your list twice, and would pass its gradient on twice. How do you know "
    "that it is there already?"
)
def backward_order_with_repetitions(end):
    order = [end]
    for node in order:
        order += [source for source, _ in node.sources]
        if len(order) > 8_000:
            break
    return order


@KEY.mistake(
    "Your list begins with the numbers that were there first, and ends with the end. In which direction do gradients "
    "go?"
)
def backward_order_forward(end):
    return _backward_order(end)[::-1]


@KEY.mistake("The end itself is missing. Its gradient is 1: with which node does the backward pass begin?")
def backward_order_without_the_end(end):
    return _backward_order(end)[1:]


@KEY.mistake("Only the end and its own sources are in your list. Where do *their* sources come in?")
def backward_order_of_the_next_nodes(end):
    return [end, *dict.fromkeys(source for source, _ in end.sources)]


@KEY.mistake(
    "A node that another one uses twice, as in `a + a`, comes too early: before nodes that use it as well. What do you "
    "count, the nodes that use it or how often they do?"
)
def backward_order_by_users_counted_once(end):
    n_users, nodes = {}, [end]
    for node in nodes:
        for source in {source for source, _ in node.sources}:
            nodes += [source] if source not in n_users else []
            n_users[source] = n_users.get(source, 0) + 1
    order = [end]
    for node in order:
        for source, _ in node.sources:
            n_users[source] -= 1
            order += [source] if n_users[source] == 0 else []
    return order
