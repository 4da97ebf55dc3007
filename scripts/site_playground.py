"""Data of the site's playground, as scripts: the runs that `make explorable` has recorded, and what can be chosen."""

import json

import explorable
from explorable import GRID
from sheet_training import NotRecorded

from mlp_helpers.widgets.hyperparameters import choice, slider

NOTEBOOK = "notebooks/06_tuning.ipynb"
CELL = "playground"  # in which a notebook trains
PLACE = (
    '<div class="course-panel" data-panel="playground"><p>There are recorded trainings to play with here where '
    "JavaScript runs. In a running notebook, the playground trains.</p></div>"
)
CODE = """from mlp_helpers import History, MLPConfig
from mlp_helpers.data import training_data

X, y, X_valid, y_valid = training_data()
X, y = X[:{n_train}], y[:{n_train}]
config = CONFIG
network, history = config.build(), History()
# END
for result in config.run(network, X, y, X_valid, y_valid):
    history.append(result)"""


def grid():
    """Return what the page must know of the grid, a dict that JSON can hold."""
    base = GRID.base
    units, _ = base.hidden
    values = {
        "layers": len(base.hidden),
        "units": units,
        "activation": base.activations[0],
        **{name: getattr(base, name) for name in explorable.SETTINGS},
        "epoch": base.epochs,
    }
    return {
        "format": explorable.FORMAT,
        "version": GRID.version,
        "title": f"Playground: {GRID.n_runs} recorded trainings",
        "controls": [
            {"name": "layers", **slider("Hidden layers", GRID.depths, values["layers"])},
            {"name": "units", **slider("Units in each", GRID.widths, values["units"])},
            {"name": "activation", **choice("Activation", GRID.activations)},
            {"name": "optimizer", **choice("Optimizer", GRID.optimizers)},
            {"name": "learning_rate", **slider("Learning rate", GRID.learning_rates, values["learning_rate"])},
            {"name": "batch_size", **slider("Batch size", GRID.batch_sizes, values["batch_size"])},
            {"name": "epoch", **slider("After epoch", range(base.epochs + 1), values["epoch"])},
        ],
        "values": values,
        "epochs": base.epochs,
        "n_train": GRID.n_samples,
        "n_valid": explorable.N_VALID,
        "side": explorable.SIDE,
        "levels": explorable.LEVELS,
        "code": CODE.format(n_train=f"{GRID.n_samples:_}"),
    }


def script(name, data):
    """Return the script that hands data to the page."""
    return f'mlp.playground.receive("{name}", {json.dumps(data, allow_nan=False, separators=(",", ":"))});\n'


def write(folder):
    """Write the scripts into a folder; raise NotRecorded if runs are missing."""
    scripts = {"grid": grid()}
    for name in GRID.architectures():
        scripts[name] = explorable.read(name)
        if scripts[name] is None:
            raise NotRecorded(f"data/explorable/{name}.json is missing or of another version: make explorable makes it")
    for name, data in scripts.items():
        (folder / f"playground-{name}.js").write_text(script(name, data), encoding="ascii")
