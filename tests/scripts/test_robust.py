"""Claims of the required notebooks: each text says what twenty other seeds and orders of the images gave."""

import json

import nbformat
import numpy as np
import pytest
import robust

from mlp_helpers import mnist, writers
from mlp_helpers.course.cells import guess_name

STORED = json.loads(robust.STORED.read_text())
NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in robust.NOTEBOOKS}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_text_and_file_agree(name):
    assert not list(robust.complaints(NOTEBOOKS[name], STORED[name]))
    assert STORED[name]["code"] == robust.code_of(NOTEBOOKS[name]), f"run make robust ARGS={name}"
    assert set(STORED[name]["claims"]) == {claim["name"] for claim in robust.claims(NOTEBOOKS[name])}


@pytest.mark.parametrize("name", [name for name in NOTEBOOKS if name < "08"])  # 08 compares with recorded searches
def test_each_prediction_is_compared(name):
    guesses = sorted(filter(None, map(guess_name, NOTEBOOKS[name].cells)))
    names = [claim["name"] for claim in robust.claims(NOTEBOOKS[name])]
    assert sorted(name for name in names if name.startswith("guess_")) == guesses
    assert len(set(names)) == len(names)


def notebook(*cells):
    """Return a notebook of cells of code, each with claims about the text "seen", and of that text."""
    code = [
        nbformat.v4.new_code_cell(source, id=f"cell-{i}", metadata={"course": {"claims": here}})
        for i, (source, here) in enumerate(cells[:-1])
    ]
    return nbformat.v4.new_notebook(cells=[*code, nbformat.v4.new_markdown_cell(cells[-1], id="seen")])


def about(**claim):
    return {"name": "a claim", "text": "seen", **claim}


@pytest.fixture
def run(tmp_path):
    """Run a notebook under a shift, 1 unless told."""

    def outcomes(made, shift=1):
        path = tmp_path / "made.ipynb"
        nbformat.write(made, path)
        return robust.outcomes(shift, path)

    return outcomes


def test_a_shift_changes_generators_and_the_order_of_images(run):
    source = "import numpy as np\nimport mlp_helpers as mlp\nsets, hands = mlp.mnist(), mlp.writers()"
    numbers = [
        "np.random.default_rng(3).normal()",
        "np.random.default_rng([3, 1]).normal()",
        "mlp.MLPConfig().build().params()[0][0, 0]",
        "sum(int(hands[i][0]) * 100 ** i for i in range(3))",
        "float(sum((X[:, 0].sum(axis=(1, 2)) * (10 * h + y)).sum() for (X, y), h in zip(sets, hands)))",
    ]
    made = notebook((source, [about(name=n, number=n, format=".4f") for n in numbers]), "")
    none, one, two = (run(made, shift)[0] for shift in (0, 1, 2))
    assert none[numbers[0]] == pytest.approx(np.random.default_rng(3).normal(), rel=1e-3)
    for name in numbers[:-1]:
        assert len({none[name], one[name], two[name]}) == 3
    assert none[numbers[-1]] == pytest.approx(one[numbers[-1]], rel=1e-3)  # images, labels and writers stay together
    assert none[numbers[-1]] == pytest.approx(
        sum((X[:, 0].sum(axis=(1, 2)) * (10 * h + y)).sum() for (X, y), h in zip(mnist(), writers(), strict=True)),
        rel=1e-3,
    )


def test_what_has_no_value_is_named_and_not_false(run):
    made = notebook(
        (
            "x = float('nan')",
            [
                about(name="nan", number="x", format=".1f"),
                about(name="none", **{"is": "None"}),
                about(name="one", **{"is": "1"}),
            ],
        ),
        ("raise ValueError('diverged')", [about(name="after", **{"is": "True"})]),
        ("y = 1", [about(name="missing", **{"is": "z > 0"}), about(name="right", **{"is": "y == 1"})]),
        ("import mlp_helpers as mlp", [about(name="guess_x")]),
        ("mlp.compare_guess(None, 'b a')", [about(name="guess_y")]),
        "",
    )
    values, undefined = run(made)
    assert values == {"nan": None, "none": None, "one": None, "after": None, "missing": None, "right": True} | {
        "guess_x": None,
        "guess_y": "b a",
    }
    assert set(undefined) == {"nan", "none", "one", "after", "cell-1", "missing", "guess_x"}
    assert "diverged" in undefined["after"]
    assert "'z'" in undefined["missing"]


@pytest.mark.parametrize(
    ("text", "values", "complained"),
    [
        ("It is larger.", 18 * [True] + 2 * [False], ""),
        ("It is larger.", 17 * [True] + 3 * [False], "holds in 17 of 20"),
        ("It is larger in 17 of 20.", 17 * [True] + 3 * [False], ""),
        ("It is larger in 16 of 20.", 17 * [True] + 3 * [False], "holds in 17 of 20"),
        ("It is larger in 19 of 20.", 20 * [True], "no claim holds in 19 of 20"),
        ("It is larger.", 18 * [True] + [False, None], ""),
        ("It is larger.", 17 * [True] + 2 * [False] + [None], "holds in 17 of 19"),
        ("It is larger.", 20 * [None], "never has a value"),
        ("It is larger.", 19 * [True], "19 values are stored"),
    ],
)
def test_a_text_says_how_often_a_claim_holds(text, values, complained):
    made = notebook(("", [about(**{"is": "larger"})]), text)
    assert complained in "; ".join(robust.complaints(made, {"claims": {"a claim": values}}))
    assert complained or not list(robust.complaints(made, {"claims": {"a claim": values}}))


def test_a_text_gives_the_middle_and_the_range_of_a_number():
    values = {"claims": {"a claim": [0.11, 0.31, *18 * [0.2]]}}
    for text, missing in (("0.20 (0.11 to 0.31)", ""), ("0.20", "0.11, 0.31"), ("0.11 to 0.31", "0.20")):
        found = list(robust.complaints(notebook(("", [about(number="x", format=".2f")]), text), values))
        assert found == ([f"a claim: seen does not say {missing}"] if missing else [])


def test_a_prediction_holds_where_its_result_is_the_stated_one():
    made = notebook(("", [about(name="guess_x")]), "")
    made.cells[0].outputs = [nbformat.v4.new_output("stream", text="no guess yet; the result is b a c\n")]
    found = {"claims": {"guess_x": 12 * ["b a c"] + 8 * ["a b c"]}}
    assert list(robust.complaints(made, found)) == ["guess_x: seen does not say that it holds in 12 of 20"]


def test_a_changed_cell_is_noticed_and_a_changed_text_is_not():
    made, other = (
        notebook((source, [about(**{"is": "x"})]), text) for source, text in (("x = 1", "a"), ("x = 2", "b"))
    )
    assert robust.code_of(made) != robust.code_of(other)
    other.cells[0].source = "x = 1"
    assert robust.code_of(made) == robust.code_of(other)
    other.cells[0].metadata["course"]["claims"][0]["is"] = "x > 0"
    assert robust.code_of(made) != robust.code_of(other)


def test_the_file_has_a_line_for_each_claim():
    stored = {"01": {"claims": {"a": [True, None], "b": [1.5, "b a"]}, "undefined": {"a, shift 2": "x[3] is nan"}}}
    text = robust.as_text(stored)
    assert json.loads(text) == stored
    assert '"b": [ 1.5, "b a" ]' in text


def test_a_shift_is_not_compared_with_what_other_code_gave():
    (path,) = [path for path in robust.NOTEBOOKS if path.stem.startswith("01")]
    stored = {path.stem: {**STORED[path.stem], "code": "of another commit"}}
    assert "other code or claims are stored" in next(robust.differences([path], 1, stored))
    assert "other code or claims are stored" in next(robust.differences([path], 1, {}))
