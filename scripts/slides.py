"""Sources of the slides with the notebooks' own figures: `python scripts/slides.py build/slides-source`.

`make slides` builds them. The decks are in docs/slides. In a deck, `![](03_layers#border-drawn)` stands for the figure
that the cell border-drawn of that notebook has stored, with the notebook's description of it.
"""

import base64
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DECKS = ROOT / "docs" / "slides"
FIGURE = re.compile(r"!\[\]\((\w+)#([\w-]+)\)")


def figure(notebook, cell_id):
    """Return the PNG of the last figure of a cell of a notebook, which is JSON, and the figure's description."""
    for cell in notebook["cells"]:
        for output in reversed(cell.get("outputs", []) if cell["id"] == cell_id else []):
            if "image/png" in output.get("data", {}):
                data = output["data"]["image/png"]
                return base64.b64decode("".join(data)), output["metadata"]["image/png"]["alt"]
    raise KeyError(f"no cell {cell_id!r} with a figure")


def expand(text, notebooks):
    """Return a deck's Markdown with pictures in the place of figures, and the contents of their PNG files, by path.

    The notebooks are JSON, by name, such as 03_layers.
    """
    pictures = {}

    def picture(found):
        name, cell_id = found.groups()
        path = f"figures/{name}-{cell_id}.png"
        pictures[path], description = figure(notebooks[name], cell_id)
        description = re.sub(r"([][*_`$\\])", r"\\\1", description)  # no Markdown
        return f"![{description}]({path})"

    return FIGURE.sub(picture, text), pictures


def main(folder):
    """Write the decks, their configuration and their figures into a folder, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(DECKS, folder)
    (folder / "figures").mkdir()
    notebooks = {path.stem: json.loads(path.read_bytes()) for path in (ROOT / "notebooks").glob("*.ipynb")}
    for path in sorted(folder.glob("*.md")):
        text, pictures = expand(path.read_text(encoding="utf-8"), notebooks)
        path.write_text(text, encoding="utf-8")
        for name, content in pictures.items():
            (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
