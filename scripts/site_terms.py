"""Index of the terms that the notebooks explain: words in bold, each where it stands for the first time."""

import re

from site_markdown import anchor

HEADING = re.compile(r"^#{1,6} (.+?) *$", re.MULTILINE)
TERM = re.compile(r"\*\*([^*`.:,?!]+)\*\*")  # instructions and exercises end with a full stop or a colon
EMPHASIS = {"you will", "dead", "XOR", "run", "one", "before", "on the same batch", "write down what you expect"}
EMPHASIS |= {"training", "validation", "test", "2-2-2 network", *"abcd+×σ"}  # labels of curves, choices and gates
NAMES = {"Adam", "Glorot", "He", "Kaiming", "Xavier", "Fashion-MNIST", "TPE"}


def terms(notebooks):
    """Return where the notebooks, by path, explain their terms: {term: (path, heading)}, in alphabetical order."""
    found = {}
    for path, notebook in notebooks.items():
        heading = ""
        for cell in notebook.cells:
            if cell.cell_type != "markdown":
                continue
            for part in re.split(r"(?m)^(?=#+ )", cell.source):
                heading = next(iter(HEADING.findall(part)), heading)
                for term in TERM.findall(part):
                    term = _uncapitalised(" ".join(term.split()))
                    if term not in EMPHASIS:
                        found.setdefault(term, (path, heading))
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def _uncapitalised(term):
    """Return a term as it is written in the middle of a sentence."""
    return term if term in NAMES or not term[1:2].islower() else term[0].lower() + term[1:]


def terms_page(notebooks):
    """Return the Markdown of the index, for a page in docs/."""
    lines = ["# Terms", "", "Where the notebooks explain a term. The symbols are on [another page](notation.md).", ""]
    for term, (path, heading) in terms(notebooks).items():
        title = re.sub(r"[`*]", "", heading)
        lines.append(f"- **{term}**: {path[10:12]}, [{title}](../{path}#{anchor(title)})")
    return "\n".join(lines) + "\n"
