"""Orders of a graph's nodes: each right one is right, on random graphs, too, and recursion costs a third."""

import copy
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mlp_helpers.checking.observations import PARTLY, RIGHT, WRONG
from mlp_helpers.checks import check
from mlp_helpers.diagnosis import Attempt, judge
from mlp_helpers.exercises import exercise
from mlp_helpers.exercises.backward_order.cases import LONG, PROPERTIES, QUESTIONS

EXERCISE = exercise("backward_order")
REFERENCE = EXERCISE.key.reference
(RECURSIVE,) = [one for one in EXERCISE.key.mistakes if one.answer.__name__ == "backward_order_by_recursion"]
DIAMOND = [[], [0], [0], [1, 2]]
ORDER = tuple(PROPERTIES)[:-1]  # without the second call


@st.composite
def graphs(draw):
    """Return a random graph as cases have it: the sources of each node stand before it, and the end is the last."""
    n_nodes = draw(st.integers(1, 12))
    sources = [draw(st.lists(st.integers(0, i - 1), max_size=3)) if i else [] for i in range(n_nodes)]
    reached = {n_nodes - 1}
    for i in reversed(range(n_nodes)):
        reached.update(sources[i] if i in reached else ())
    place = {i: number for number, i in enumerate(sorted(reached))}
    return [[place[source] for source in sources[i]] for i in sorted(reached)]


def properties(answer, sources):
    """Return what is concluded from an answer's two lists for a graph."""
    return QUESTIONS.conclude(QUESTIONS.observe(answer, sources), sources)


def wrong_properties(answer, sources=DIAMOND):
    return [name for name, holds in properties(answer, sources).items() if holds is not True]


def verdict_on(answer):
    verdict = judge(Attempt.at(EXERCISE, answer))
    return verdict.state, verdict.remark, verdict.earned


@pytest.mark.parametrize("answer", [REFERENCE, *EXERCISE.variants], ids=lambda answer: answer.__name__)
@given(sources=graphs())
def test_right_answers_are_right_on_any_graph(answer, sources):
    assert properties(answer, sources) == dict.fromkeys(PROPERTIES, True)


@given(sources=graphs(), data=st.data())
def test_a_shuffled_order_is_right_if_each_node_comes_after_all_that_use_it(sources, data):
    order = data.draw(st.permutations(range(len(sources))))
    shuffled = []

    def shuffle(end):
        nodes = REFERENCE(end)
        shuffled[:] = [nodes[i] for i in order]
        return shuffled

    found = wrong_properties(shuffle, sources)
    follows = all(shuffled.index(node) < shuffled.index(source) for node in shuffled for source, _ in node.sources)
    assert (found == []) == follows
    assert set(found) <= {"the end first", "users first", "right again"}


@given(sources=graphs(), data=st.data())
@example(sources=[[]], data=None)
def test_a_list_with_a_node_too_few_or_too_many_is_wrong(sources, data):
    place = data.draw(st.integers(0, len(sources) - 1)) if data else 0
    without = wrong_properties(lambda end: [node for i, node in enumerate(REFERENCE(end)) if i != place], sources)
    twice = wrong_properties(lambda end: [*REFERENCE(end), REFERENCE(end)[place]], sources)
    assert without[0] == "all nodes"
    assert twice[0] == "no node twice"


@pytest.mark.parametrize(("order", "wrong"), [((0, 1, 2, 3), []), ((0, 2, 1, 3), []), ((0, 1, 3, 2), ["users first"])])
def test_the_diamond_has_two_right_orders(order, wrong):
    assert [name for name in wrong_properties(lambda end: [REFERENCE(end)[i] for i in order]) if name in ORDER] == wrong


@pytest.mark.parametrize(
    ("value", "remark"),
    [
        (None, "Your function returned None. Is the `return` missing, or does it return what `reverse` returns?"),
        ({1}, "A list of nodes is wanted, and yours is of type set."),
        ("nodes", "A list of nodes is wanted, and yours is of type str."),
        (iter([]), "A list of nodes is wanted, and yours is of type list_iterator."),
    ],
)
def test_anything_but_a_list_is_said(value, remark):
    assert verdict_on(lambda end: value) == (WRONG, f"{remark} (Case: a row.)", 0)


class TestLongGraphs:
    """A row of 3,500 nodes, in which recursion goes too deep."""

    def test_that_is_the_only_case_in_which_recursion_fails(self):
        assert verdict_on(RECURSIVE.answer) == (PARTLY, RECURSIVE.hint, 2 / 3)
        assert Attempt.at(EXERCISE, RECURSIVE.answer).wrong == {LONG}

    def test_likewise_where_completion_has_raised_the_limit(self):
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(3000)
        try:
            assert verdict_on(RECURSIVE.answer) == (PARTLY, RECURSIVE.hint, 2 / 3)
        finally:
            sys.setrecursionlimit(before)

    def test_recursion_written_otherwise_gets_the_same_sentence(self):
        def backward_order(end, seen=None):
            seen = set() if seen is None else seen
            seen.add(end)
            order = []
            for source, _ in reversed(end.sources):
                if source not in seen:
                    order = backward_order(source, seen) + order
            return [end, *order]

        assert verdict_on(lambda end: backward_order(end)) == (PARTLY, RECURSIVE.hint, 2 / 3)

    def test_a_copy_of_the_graph_goes_too_deep_as_well(self):
        assert verdict_on(lambda end: REFERENCE(copy.deepcopy(end)))[:1] == (WRONG,)

    def test_endless_recursion_in_a_small_graph_is_an_exception_with_its_line(self):
        def backward_order(end):
            return [end, *backward_order(end)]

        state, remark, _ = verdict_on(backward_order)
        assert state == WRONG
        assert remark.startswith("It raised RecursionError: maximum recursion depth exceeded")
        assert " Look at line 2" in remark

    def test_searching_the_list_for_each_node_is_right_though_slow(self):
        def backward_order(end):
            order, stack = [], [(end, False)]
            while stack:
                node, is_done = stack.pop()
                if is_done and node not in order:
                    order.append(node)
                elif not is_done and node not in order:
                    stack.append((node, True))
                    stack.extend((source, False) for source, _ in node.sources)
            return order[::-1]

        assert verdict_on(backward_order) == (RIGHT, "", 1)


@pytest.mark.parametrize(
    ("answer", "own"),
    [
        (lambda end: REFERENCE(end)[::-1], "v, u, k, p, s, e"),
        (lambda end: [(node, 1.0) for node in REFERENCE(end)[:2]], "something else, something else"),
        (lambda end: None, "Your function returned None. Is the `return` missing, or does it return what `reverse` "),
    ],
)
def test_the_small_case_names_the_nodes(answer, own, capsys):
    check("Value", lambda x, y: (x * y, y, x), answer, help=2)
    case = capsys.readouterr().out.partition("A small case, 'the graph of `graph_gradients`':\n")[2]
    assert case.startswith(
        f"end: e from s and u; s from p and k; p from u and v\na right result: e, s, p, k, u, v\nyour result: {own}"
    )
