"""What `make reproduce` found, as JSON, as a picture, as a table of a page, and in one sentence.

A row is a dict, the result of one configuration; `reproduce.reproduce` makes it.
"""

import json
import re

from mlp_helpers.services.files import replacing, write_file

PAGE_TABLE = re.compile(r"(?<=<!-- reproduced -->\n).*?(?=<!-- end -->)", re.DOTALL)


def summary(row):
    """Return the fields of a row that the table shows."""
    said = row["facts"]
    versions = f"{said['python_version']}, {said['numpy']}" if said else ""
    processor = f"{said['kernel']}, {said['threads']}, {'yes' if said['avx512'] else 'no'}" if said else ""
    if not row["counted"]:
        return row["name"], versions, processor, "not counted", row["reason"], ""
    passed, n_cells = (sum(counts) for counts in zip(*row["notebooks"].values(), strict=True))
    return row["name"], versions, processor, f"{passed} of {n_cells}", str(len(row["differ"])), f"{row['seconds']:.0f}"


def table(rows):
    """Return the counted rows as a Markdown table."""
    head = ("configuration", "Python, NumPy", "BLAS kernel, threads, AVX-512", "cells", "differences", "seconds")
    lines = [head, ["---"] * len(head), *(summary(row) for row in rows if row["counted"])]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def draw(rows):
    """Return a Figure of the counted rows: the number of cells per notebook that matched the recorded outputs.

    What a configuration did not run is left blank.
    """
    import numpy as np
    from matplotlib.colors import ListedColormap

    from mlp_helpers.plots import new_figure

    counts = {row["name"]: row["notebooks"] for row in rows if row["counted"]}
    notebooks = sorted({name for row in counts.values() for name in row})
    differs = np.full((len(counts), len(notebooks)), np.nan)
    fig, ax = new_figure(size=(7.5, 0.8 + 0.27 * len(counts)))
    for i, row in enumerate(counts.values()):
        for name, (passed, n) in row.items():
            j = notebooks.index(name)
            differs[i, j] = passed < n
            ax.text(j, i, f"{passed}/{n}", ha="center", va="center", size=8, color="white")
    colours = ListedColormap(["#005f99", "#b44a00"], bad="#eeeeee")
    ax.imshow(differs, cmap=colours, vmin=0, vmax=1, aspect="auto")
    ax.set_yticks(range(len(counts)), labels=counts)
    ax.set_xticks(range(len(notebooks)), labels=[name[:2] for name in notebooks])
    ax.set(xlabel="notebook: cells that came to the recorded output")
    ax.set_yticks(np.arange(len(counts)) + 0.5, minor=True)
    ax.set_xticks(np.arange(len(notebooks)) + 0.5, minor=True)
    ax.grid(False)
    ax.grid(which="minor", color="white", linewidth=1.5)
    ax.set_axisbelow(False)
    ax.tick_params(which="both", length=0)
    ax.spines[:].set_visible(False)
    return fig


def store(rows, json_file=None, picture=None, page=None):
    """Write the rows as JSON, as a picture, and into a page's table."""
    if json_file:
        write_file(json_file, json.dumps(rows, indent=1) + "\n")
    if picture:
        with replacing(picture) as temporary:
            draw(rows).savefig(temporary, format="png", dpi=144, metadata={"Software": None})
    if page:
        text = page.read_text(encoding="utf-8")
        write_file(page, PAGE_TABLE.sub(lambda _: table(rows), text))


def verdict(rows):
    """Return a summary line, and whether all counted configurations (at least one) matched the recorded outputs."""
    counted = [row for row in rows if row["counted"]]
    differences = sum(len(row["differ"]) for row in counted)
    return f"configurations: {len(counted)}, differences: {differences}", bool(counted) and not differences
