"""Driver for JupyterLab and its notebooks in headless Chromium."""

import ast
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress

import nbformat
import pytest
from jupyter_client import BlockingKernelClient

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("MLP_BROWSER") != "required",
    reason="no Chromium on this machine (apt install chromium)",
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
TOKEN = "tests"
SERIOUS = ("serious", "critical")  # impacts of axe's violations
IMPACTS = ("minor", "moderate", *SERIOUS)
PATIENCE = 60_000  # timeout in milliseconds; generous, since nothing here is timed
# Messages of JupyterLab itself when a kernel restarts while it queries it.
HARMLESS = ("Could not restore the debugger state", "Canceled future for")
SET_UP = """import numpy as np
from mlp_helpers import MLPConfig, mnist
from mlp_helpers.widgets import *
(X, y), (X_valid, y_valid), (X_test, y_test) = mnist()
X, X_valid, X_test = (images.reshape(len(images), -1) for images in (X, X_valid, X_test))
X, y = X[:10_000], y[:10_000]"""


@contextmanager
def browsing():
    """Launch Chromium; yield the browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def free_ports(number):
    """Return ports that nobody listens at, a list of int."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [listening.getsockname()[1] for listening in sockets]
    for listening in sockets:
        listening.close()
    return ports


@contextmanager
def running(command, address, log, **options):
    """Run a server until the end of the block, which begins when it answers.

    Parameters
    ----------
    command : list of str
    address : str
        That it answers at.
    log : Path
        File for what it says.
    **options
        Of subprocess.Popen.
    """
    with log.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, **options)

    def answers():
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(address).close()
        except OSError:
            return False
        return True

    try:
        wait_until(answers, f"{address} answers")
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:  # JupyterLab, told to end while it reads or writes a file, can wait forever
            process.kill()
            process.wait()


@contextmanager
def serving(folder):
    """Start JupyterLab in a folder; yield its address."""
    (port,) = free_ports(1)
    environment = {
        **os.environ,
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    options = [f"--ServerApp.root_dir={folder}", f"--port={port}", f"--IdentityProvider.token={TOKEN}"]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *options]
    address = f"http://127.0.0.1:{port}"
    with running(command, f"{address}/api?token={TOKEN}", folder / "log", env=environment):
        yield address


@contextmanager
def page_in(chromium):
    """Open a new page in a context of its own; yield it."""
    context = chromium.new_context(viewport={"width": 1250, "height": 1600})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def wait_until(check, what):
    """Wait until `check()` is true; on timeout raise an AssertionError that names `what`."""
    until = time.monotonic() + PATIENCE / 1000
    while not check():
        assert time.monotonic() < until, f"never true: {what}"
        time.sleep(0.05)


def faults(page, context=None, impacts=IMPACTS):
    """Return the accessibility violations that axe finds in a page or a part of it: rule and first element of each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=context).response["violations"]
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found if fault["impact"] in impacts]


def draw(page, paper, strokes):
    """Draw with the mouse on an element of a page: each stroke a list of points in 0 … 1, across and down."""
    paper.scroll_into_view_if_needed()
    box, mouse = paper.bounding_box(), page.mouse
    for stroke in strokes:
        for i, (x, y) in enumerate(stroke):
            mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            if i == 0:
                mouse.down()
        mouse.up()


def whole_notebook(path):
    """Return the notebook in a file, or None while it is half written."""
    with suppress(nbformat.reader.NotJSONError):
        return nbformat.read(path, as_version=4)


def run_all_cells(page, path):
    """Run all cells of the notebook that is opening in a page; return its code cells, as saved in the file `path`."""
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    page.locator(".lm-Menu-itemLabel", has_text="Run All Cells").first.click()
    cells = []

    def all_ran():
        page.keyboard.press("Control+s")
        time.sleep(1)  # saving takes a moment, and a save should not meet the next
        if notebook := whole_notebook(path):
            cells[:] = [cell for cell in notebook.cells if cell.cell_type == "code"]
        return cells and all(cell.execution_count for cell in cells)

    wait_until(all_ran, "all cells ran")
    return cells


class Notebook:
    """Notebook in the browser, with access to its kernel."""

    def __init__(self, page, address, folder, cells):
        self.page, self.address, self.folder = page, address, folder
        self.complaints = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate([SET_UP, *cells])],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        self.path = f"{time.monotonic_ns()}.ipynb"
        nbformat.write(notebook, self.folder / self.path)
        page.goto(f"{self.address}/lab/tree/{self.path}?token={TOKEN}&reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        page.keyboard.press("Control+b")
        self.wait_until_idle()
        self.run_all()
        self.wait_for_kernel(f"len(In) == {len(notebook.cells) + 1}")

    def _heard(self, message):
        if message.type == "error" and not any(words in message.text for words in HARMLESS):
            self.complaints.append(message.text)

    def _asked(self, request):
        if not request.url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:")):
            self.complaints.append(f"asked for {request.url}")

    def menu(self, menu, entry):
        self.page.locator(".lm-MenuBar-itemLabel", has_text=menu).click()
        self.page.locator(".lm-Menu-itemLabel", has_text=entry).first.click()

    def wait_until_idle(self):
        """Wait until the kernel is idle."""
        self.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()

    def run_all(self):
        self.menu("Run", "Run All Cells")

    def run(self, *sources):
        """Write the sources into cells, from the second on, and run them; wait until all have run."""
        n_run = self.kernel("len(In)")
        for i, source in enumerate(sources, start=1):
            self.page.locator(".jp-CodeCell").nth(i).locator(".cm-content").click()
            self.page.keyboard.press("Control+a")
            self.page.keyboard.insert_text(source)
            self.page.keyboard.press("Control+Enter")
        self.wait_for_kernel(f"len(In) == {n_run + len(sources)}")

    def restart(self):
        self.menu("Kernel", "Restart Kernel…")
        self.page.locator(".jp-Dialog button", has_text="Restart").click()
        self.wait_until_idle()

    def reload(self):
        """Load the page again, up to five times if JupyterLab gives up a widget, as it can on a busy machine."""
        given_up = self.page.get_by_text("Error displaying widget: model not found")
        for _ in range(5):
            self.page.reload()
            self.page.locator(".mlp-status").or_(given_up).first.wait_for()
            if not given_up.count():
                break
            self.complaints[:] = [text for text in self.complaints if "widget model not found" not in text]

    def save(self):
        """Save the notebook; wait until the file is written."""
        file = self.folder / self.path
        before = file.stat().st_mtime_ns
        self.menu("File", "Save Notebook")
        wait_until(lambda: file.stat().st_mtime_ns > before and whole_notebook(file), f"{self.path} is written")

    def theme(self, name):
        """Switch JupyterLab to its theme "Light" or "Dark"."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text="Settings").click()
        self.page.get_by_text("Theme", exact=True).hover()
        self.page.get_by_text(f"JupyterLab {name}", exact=True).click()
        is_light = "true" if name == "Light" else "false"
        self.page.locator(f'body[data-jp-theme-light="{is_light}"]').wait_for(state="attached")

    def faults(self):
        """Return the serious and critical accessibility violations that axe finds in the widget."""
        return faults(self.page, ".mlp-panel", SERIOUS)

    def kernel_id(self):
        """Return the id of the notebook's kernel."""
        with urllib.request.urlopen(f"{self.address}/api/sessions?token={TOKEN}") as answer:
            (identity,) = (s["kernel"]["id"] for s in json.load(answer) if s["path"] == self.path)
        return identity

    def shut_down(self):
        """Shut down the kernel, which may still be training."""
        address = f"{self.address}/api/kernels/{self.kernel_id()}?token={TOKEN}"
        urllib.request.urlopen(urllib.request.Request(address, method="DELETE")).close()

    def kernel(self, expression):
        """Evaluate an expression in the kernel; return its value, which must be JSON-serialisable."""
        client = BlockingKernelClient(connection_file=str(self.folder / "runtime" / f"kernel-{self.kernel_id()}.json"))
        client.load_connection_file()
        client.start_channels(iopub=False, stdin=False, hb=False)  # a training kernel floods iopub
        try:
            wanted = {"value": f"__import__('json').dumps({expression})"}
            reply = client.execute("", store_history=False, user_expressions=wanted, reply=True, timeout=60)
            value = reply["content"]["user_expressions"]["value"]
            assert value["status"] == "ok", value
            return json.loads(ast.literal_eval(value["data"]["text/plain"]))
        finally:
            client.stop_channels()

    def wait_for_kernel(self, expression):
        """Wait until an expression is true in the kernel."""
        wait_until(lambda: self.kernel(expression), expression)

    def button(self, name, which=0):
        return self.page.get_by_role("button", name=name, exact=True).nth(which)

    def slider(self, name):
        return self.page.get_by_role("slider", name=name, exact=True)

    def says(self, text, which=0):
        """Wait until a panel's status line contains a text or matches a regular expression."""
        from playwright.sync_api import expect

        expect(self.page.locator(".mlp-status").nth(which)).to_contain_text(text, timeout=PATIENCE)
