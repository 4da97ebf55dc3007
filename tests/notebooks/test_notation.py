"""Notation: one meaning for each symbol of docs/notation.md, and no strays in notebooks, hints and replies."""

import re
from pathlib import Path

import nbformat
import pytest

from mlp_helpers.exercises import exercise, names
from mlp_helpers.services.files import REPOSITORY

PATHS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
PAGE = (REPOSITORY / "docs" / "notation.md").read_text(encoding="utf-8")
ROWS = [row.split(" | ") for row in re.findall(r"^\| (\$.+) \|$", PAGE, re.MULTILINE)]
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$]+\$", re.DOTALL)
LETTER = r"(?<![A-Za-z\\^]){}(?![A-Za-z])"  # a symbol by itself, no part of a word or a command
# A pattern that must not occur in a formula, an example of it, and the right form.
STRAYS = {
    "log, not ln": (r"\\ln\b", r"$-\ln p$", r"$-\log p_t$"),
    "a transpose is ⊤, not T": (r"\^\s*\{?\s*T\b|ᵀ", "$X^T dZ$", r"$X^\top dZ$"),
    "a transpose is ⊤, not sans-serif": (r"\\(math|text)\w+\s*\{?\s*T\b", r"$X^{\mathsf T} dZ$", r"$X^\top dZ$"),
    "gradients are dZ, not δ": (r"\\delta|δ", r"$X^\top \delta$", r"$X^\top dZ$"),
    "targets are Y": (LETTER.format("T"), "$dZ_2 = Z_2 - T$", "$dZ_2 = Z_2 - Y$"),
    "c is no symbol": (LETTER.format("c"), r"$-\log p_c$", r"$-\log p_t$"),
    "units are m": (r"\(q,|,\s*q\)|\^\{?q\b|\\cdot q\b", r"$\underset{(p,\,q)}{W}$", r"$\underset{(d,\,m)}{W}$"),
    "inputs are d, not p": (r"\\sqrt\s*\{?p\b|2\s*/\s*p\b|\{p\}|\(\w,\\,p\)", r"$1/\sqrt{p}$", r"$1/\sqrt{d}$"),
    "inputs are d, not n": (r"\\sqrt\s*\{\s*(2\s*/\s*n|n\s*/\s*2)", r"$\sigma = \sqrt{2/n}$", r"$\sqrt{2/d}$"),
    "an error is e": (r"\\sqrt\s*\{\s*p\s*\(1", r"$\sqrt{p(1-p)/n}$", r"$\sqrt{e(1-e)/n}$"),
    "gradients are g and ĝ": (r"\ba(_i)?\s*-\s*n\b|\ba_i\s*-\s*n_i", r"$|a_i - n_i|$", r"$|g - \hat g|$"),
    "vectors are not bold": (r"\\(mathbf|boldsymbol|bm)\b", r"$\mathbf{x}$", "$x$"),
}
STEP = re.compile(r"\\varepsilon|\\epsilon|ε")  # only notebooks with difference quotients may use it
WITH_DIFFERENCES = ("03", "04")
GLOROT = r"\sqrt{2/(d+m)}"  # 1/√d is LeCun's


def formulas(text):
    """Return the formulas of a Markdown text."""
    without_code = re.sub(r"```.*?```|`[^`\n]+`", "", text, flags=re.DOTALL)
    return FORMULA.findall(without_code)


def strays(text):
    """Return the names of all patterns that occur in a text's formulas, with the formula."""
    return [f"{name}: {one}" for one in formulas(text) for name, (stray, *_) in STRAYS.items() if re.search(stray, one)]


def prose(path):
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_notebooks_have_no_strays(path):
    found = {id_: strays(text) for id_, text in prose(path).items()}
    assert {id_: names for id_, names in found.items() if names} == {}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_epsilon_is_the_step_of_a_difference(path):
    if not path.name.startswith(WITH_DIFFERENCES):
        assert [id_ for id_, text in prose(path).items() if STEP.search("".join(formulas(text)))] == []


def misnamed(text):
    """Return the sentences of a text that name Glorot and give a root, but not his."""
    named = [sentence for sentence in re.split(r"(?<=[.!?])\s|\n\n", text) if "Glorot" in sentence]
    roots = {sentence: re.sub(r"\s", "", "".join(formulas(sentence))) for sentence in named}
    return [sentence for sentence, root in roots.items() if r"\sqrt" in root and GLOROT not in root]


def test_glorot_s_name_comes_with_his_formula():
    texts = [text for path in PATHS for text in prose(path).values()]
    texts += [path.read_text(encoding="utf-8") for path in (REPOSITORY / "docs").rglob("*.md")]
    assert [sentence for text in texts for sentence in misnamed(text)] == []
    wrong = r"A start is $1/\sqrt{d}$, **Glorot** initialisation."
    assert misnamed(wrong) == [wrong]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_head_leads_to_the_page(path):
    head = nbformat.read(path, as_version=4).cells[0].source
    assert "](../docs/notation.md)" in head


def test_hints_and_replies_have_no_strays():
    hints = {mistake.hint for key in (exercise(name).key for name in names()) for mistake in key.mistakes}
    answers = {
        note
        for key in (exercise(name).key for name in names())
        if isinstance(key.reference, str)
        for note in notes(key)
    }
    assert [stray for text in sorted(hints | answers) for stray in strays(text)] == []


def notes(key):
    """Return the replies to the right options of a quiz."""
    return key.judge_value(key.reference).notes


@pytest.mark.parametrize("name", STRAYS)
def test_a_stray_is_found_and_the_right_form_is_not(name):
    _, wrong, right = STRAYS[name]
    assert name in [found.partition(":")[0] for found in strays(f"With {wrong} in a sentence.")]
    assert strays(f"With {right} in a sentence.") == []


def test_what_is_no_formula_is_left_alone():
    assert strays(r"The option c costs \$ 5, and `A^T` or `\ln` in code is no formula.") == []
    assert strays("```\n$X^T$\n```") == []
    assert strays(r"$\operatorname{Tanh}(x) + \exp(c_1)$") == [r"c is no symbol: $\operatorname{Tanh}(x) + \exp(c_1)$"]


def test_the_page_gives_each_symbol_one_meaning():
    symbols = [symbol for row in ROWS for symbol in row[0].split(", ")]
    assert len(symbols) == len(set(symbols)) >= 30
    assert len(ROWS) == PAGE.count("\n| $")
    assert strays(PAGE) == []


def test_the_names_in_code_exist():
    names = {name for row in ROWS for name in re.findall(r"`(\w+)`", row[3])}
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in [*PATHS, *Path(REPOSITORY, "mlp_helpers").glob("*.py")]
    )
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", code)] == []
    assert not re.search(r"\bno_such_name\b", code)
