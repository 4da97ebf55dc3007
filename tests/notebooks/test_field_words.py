"""Words of the field: each is explained, in bold, where it is first used, is used again, and is on the site's index."""

import re
from pathlib import Path

import pytest
from site_terms import terms

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.services.files import REPOSITORY

# word: what it looks like, the cell that explains it, and a later cell that uses it
WORDS = {
    "generalise": (r"generalise", "06 generalise-text", "06 inductive-bias"),
    "capacity": (r"capacity", "06 capacity", "06 recap"),
    "underfit": (r"underfit", "06 capacity", "06 widths-finding"),
    "overfit": (r"overfit", "05 curves-note", "06 chosen-finding"),
    "interpolation": (r"interpolation", "06 capacity", "06 chosen-finding"),
    "bias": (r"\*\*bias\*\* is what|against bias", "06 variance-text", "06 amounts-finding"),
    "variance": (r"variance\*\* says|variance falls", "06 variance-text", "06 variance-seen"),
    "double descent": (r"double descent", "06 double-descent", "06 your-turn"),
    "early stopping": (r"early stopping", "05 loss-of-mistakes-note", "06 early-seen"),
    "regularisation": (r"regularisation", "06 inductive-bias", "06 config-repr"),
    "inductive bias": (r"inductive bias", "06 inductive-bias", "06 recap"),
    "leakage": (r"leakage", "02 leakage", "06 test-groups-seen"),
    "covariate shift": (r"covariate shift", "06 group-error-seen", "06 draw-text"),
    "label noise": (r"label\s+noise", "02 mistakes-see", "06 overfit"),
    "baseline": (r"baseline", "02 number-to-beat", "02 recap"),
    "standardise": (r"standardise", "02 standardise", "02 recap"),
    "local minimum": (r"local minimum", "06 saddle-point", "06 equal-guess-note"),
    "saddle point": (r"saddle\s+point", "06 saddle-point", "06 equal-guess-note"),
    "convex": (r"convex", "06 convex", "06 depths-finding"),
    "permutation symmetry": (r"permutation symmetry", "06 permutation-symmetry", "06 your-turn"),
    "universal approximation": (r"universal approximation", "06 universal-approximation", "06 depth-guess-note"),
    "representation": (r"representation", "06 universal-approximation", "06 recap"),
    "dead unit": (r"dead\s+unit", "03 linear-text", "05 vitals-columns"),
    "saturation": (r"saturat", "01 graph-exercise", "05 vitals-columns"),
    "update ratio": (r"update ratio", "05 vitals-columns", "05 clinic-exercise-text"),
    "batch statistics": (r"batch statistics", "09 normalization-text", "09 quiz-2"),
}


NOTEBOOKS = read_notebooks(REPOSITORY)
TEXTS = {  # the prose by cell, in reading order
    f"{Path(name).name[:2]} {cell.id}": cell.source
    for name, notebook in NOTEBOOKS.items()
    for cell in notebook.cells
    if cell.cell_type == "markdown"
}


def faults(word, pattern, first, again, texts=TEXTS):
    """Return what is wrong with a word, a list of str."""
    using = [cell for cell, text in texts.items() if re.search(pattern, text, re.IGNORECASE)]
    in_bold = re.findall(r"\*\*[^*]+\*\*", texts[first])
    found = [] if using[:1] == [first] else [f"first used in {using[:1]}"]
    found += [] if again in using[1:] else ["not used again"]
    is_bold = any(word[:5] in part.lower() for part in in_bold)
    return found + ([] if is_bold else ["not in bold"])


@pytest.mark.parametrize("word", WORDS)
def test_it_is_explained_where_it_is_first_used_and_used_again(word):
    assert faults(word, *WORDS[word]) == []


def test_a_word_without_its_explanation_is_found():
    """Broken variant."""
    _, first, again = WORDS["leakage"]
    plain = {cell: text.replace("**leakage**", "leakage") for cell, text in TEXTS.items()}
    assert faults("leakage", "leakage", first, again, plain) == ["not in bold"]
    assert faults("leakage", "leakage", again, first)[0] == f"first used in ['{first}']"
    assert "not used again" in faults("leakage", "leakage", first, "00 title")


def test_the_index_of_the_site_links_to_each():
    index = terms(NOTEBOOKS)
    for word, (_, first, _) in WORDS.items():
        stem = word[:-1] if word == "generalise" else word
        stem = {"saturation": "saturate"}.get(stem, stem)
        places = [path for term, (path, _) in index.items() if stem.lower() in term.lower()]
        assert any(path[10:12] == first[:2] for path in places), word
