"""Take the README's picture of the playground: `python scripts/playground_picture.py docs/playground.png`.

It is a screenshot from JupyterLab in Chromium, with a pinned run and a second, unfinished run whose learning rate was
changed during training.
"""

import sys
import tempfile
from pathlib import Path

from mlp_helpers.services.files import write_file

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
from lab_in_browser import Notebook, browsing, page_in, serving

PLAYGROUND = """config = MLPConfig(hidden=(80, 70), init_stddev=0.01, learning_rate=0.03, epochs=20)
pg = playground(config, X, y, X_valid, y_valid)"""


def draw(path):
    """Write the screenshot to `path`."""
    with (
        tempfile.TemporaryDirectory() as folder,
        browsing() as chromium,
        serving(Path(folder)) as address,
        page_in(chromium) as page,
    ):
        notebook = Notebook(page, address, Path(folder), [PLAYGROUND])
        notebook.button("Train").click()
        notebook.says("Finished 20 epochs")
        notebook.button("Pin").click()
        notebook.slider("Learning rate").press("PageUp")
        notebook.button("Train").click()
        notebook.wait_for_kernel("pg._trainer.position > 7")
        notebook.slider("Learning rate").press("PageUp")
        notebook.wait_for_kernel("pg._trainer.position > 15")
        notebook.button("Pause").click()
        notebook.says("Paused")
        write_file(path, page.locator(".mlp-panel").screenshot())
        notebook.shut_down()


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
