"""The numbers of a graph, worked by hand: the key against differences, and the verdicts on what is typed in."""

from fractions import Fraction

import numpy as np
import pytest

from mlp_helpers.checking.observations import PARTLY, RIGHT, WRONG
from mlp_helpers.exercises.graph_gradients.answers import KNOWN, NUMBERS, judge


def graph(u=2, v=-3, k=5, **moved):
    """Return p, s and e of e = (u v + k) u; a keyword `p` or `s` adds to that value, after it is computed."""
    p = u * v + moved.get("p", 0)
    s = p + k + moved.get("s", 0)
    return {"p": p, "s": s, "e": s * u}


def judged(**changes):
    verdict = judge(NUMBERS | changes)
    return verdict.state, verdict.remark, verdict.earned


def test_the_values_and_gradients_by_hand():
    # 2 · (−3) = −6, −6 + 5 = −1, −1 · 2 = −2. Back from 1: ds = u, dp = dk = ds, dv = dp · u, du = s + dp · v.
    by_hand = {"ds": 2, "dp": 2, "dk": 2, "dv": 2 * 2, "du": -1 + 2 * -3}
    assert {"p": -6, "s": -1, "e": -2} | by_hand == NUMBERS


def test_the_key_is_what_nudges_find():
    h = Fraction(1, 10**9)
    nudges = {"u": {"u": 2 + h}, "v": {"v": -3 + h}, "k": {"k": 5 + h}, "p": {"p": h}, "s": {"s": h}}
    slopes = {f"d{name}": (graph(**nudge)["e"] - graph()["e"]) / h for name, nudge in nudges.items()}
    assert {name: round(slope) for name, slope in slopes.items()} | graph() == NUMBERS
    assert all(abs(slope - round(slope)) < 1e-8 for slope in slopes.values())


@pytest.mark.parametrize("number", [-7.0, -7.0001, -6.9999])
def test_floats_near_a_number_are_right(number):
    assert judged(du=number) == (RIGHT, "", 1)


def test_other_names_do_not_matter():
    assert judged(z=0, de=1)[0] == RIGHT


def test_only_da_is_a_half():
    assert judged(du=0) == (PARTLY, "du is not right. To try it: if u grows by 0.1, by how much does e grow?", 1 / 2)
    without = {name: number for name, number in NUMBERS.items() if name != "du"}
    verdict = judge(without)
    assert (verdict.state, verdict.remark, verdict.earned) == (PARTLY, "du is missing.", 1 / 2)
    assert judged(dv=0, du=0) == (WRONG, "dv is not right. To try it: if v grows by 0.1, by how much does e grow?", 0)


def test_a_hint_is_about_the_first_fault():
    assert judged(p=6, s=11, du=0)[1] == "p has the wrong sign."
    assert judged(e=0)[1] == "e is not right. Which number goes into its gate, and which gate is it?"


@pytest.mark.parametrize(("name", "number", "hint"), KNOWN)
def test_each_slip_has_its_hint(name, number, hint):
    assert judged(**{name: number}) == (PARTLY if name == "du" else WRONG, hint, 0.5 if name == "du" else 0)
    assert number != NUMBERS[name]


# The numbers that a hint says, from the graph's own.
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("p", 2 + -3),
        ("s", -6 * 5),
        ("s", 6 + 5),
        ("e", -1 + 2),
        ("ds", NUMBERS["s"]),
        ("ds", NUMBERS["e"]),
        ("dp", NUMBERS["ds"] * 5),
        ("dk", NUMBERS["ds"] * NUMBERS["p"]),
        ("dv", NUMBERS["dp"] * -3),
        ("dv", NUMBERS["dp"]),
        ("du", NUMBERS["s"]),
        ("du", NUMBERS["dp"] * -3),
        ("du", NUMBERS["s"] * NUMBERS["dp"] * -3),
        ("du", NUMBERS["s"] + -3),
        ("du", NUMBERS["s"] - NUMBERS["dp"] * -3),
        ("du", -NUMBERS["s"] + NUMBERS["dp"] * -3),
    ],
)
def test_each_slip_is_known_by_the_number_that_it_gives(name, number):
    assert (name, number) in [slip[:2] for slip in KNOWN]


@pytest.mark.parametrize("answer", [None, [-6, -1], "p = -6", 3, (), {"p"}, np.array([1.0])])
def test_anything_but_a_dictionary_is_said(answer):
    verdict = judge(answer)
    assert (verdict.state, verdict.earned) == (WRONG, 0)
    assert verdict.remark == (
        'It must be a dictionary such as {"p": 0, …}, typed in as numbers, '
        f"but it is of type {type(answer).__name__}."
    )


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        ({}, "p is missing."),
        ({"P": -6}, "p is missing."),
        (NUMBERS | {"p": "-6"}, "p must be a number, but it is of type str."),
        (NUMBERS | {"p": None}, "p must be a number, but it is of type NoneType."),
        (NUMBERS | {"p": [-6]}, "p must be a number, but it is of type list."),
        (NUMBERS | {"ds": True}, "ds must be a number, but it is of type bool."),
        (NUMBERS | {"p": -6 + 0j}, "p must be a number, but it is of type complex."),
        (NUMBERS | {"p": Fraction(-6)}, "p must be a number, but it is of type Fraction."),
        (NUMBERS | {"p": np.array([-6])}, "p must be a number, but it is of type ndarray."),
        (NUMBERS | {"p": -6.1}, "p is not right. Which number goes into its gate, and which gate is it?"),
        (NUMBERS | {"p": float("nan")}, "p is not right. Which number goes into its gate, and which gate is it?"),
        (NUMBERS | {"p": -float("inf")}, "p is not right. Which number goes into its gate, and which gate is it?"),
        (NUMBERS | {"p": -(10**400)}, "p is not right. Which number goes into its gate, and which gate is it?"),
    ],
)
def test_nonsense_is_said(answer, remark):
    verdict = judge(answer)
    assert (verdict.state, verdict.remark, verdict.earned) == (WRONG, remark, 0)
