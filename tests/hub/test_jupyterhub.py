"""A real JupyterHub with the students' wheel, set up as docs/jupyterhub.md says, and used in a browser as in a lesson.

`make test-hub` installs the hub into an environment of its own. What the page's block of settings says is what this hub
runs with. The test alone has an authenticator that lets everybody in, and a spawner under which all are one user.
"""

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from textwrap import dedent
from urllib.parse import parse_qsl, urlencode

import make_wheel
import nbformat
import pytest
from small_course import edited

from mlp_helpers.authoring.release import edition
from mlp_helpers.course.cells import digest, notebook_bytes
from mlp_helpers.course.manifest import MANIFEST, without_package
from mlp_helpers.grading.submissions import take
from mlp_helpers.services.files import REPOSITORY, write_folder

sys.path.append(str(REPOSITORY / "tests" / "browser"))
import lab_in_browser

BIN = REPOSITORY / ".venv-hub" / "bin"
PAGE = (REPOSITORY / "docs" / "jupyterhub.md").read_text()
OTHER = 54_321  # the number of a user of the system
FIRST, NOTEBOOK = "notebooks/01_one_neuron.ipynb", "notebooks/03_layers.ipynb"
(BRANCH,) = re.findall(r"&branch=([^&]+)&", PAGE)
SOFTPLUS_D = 'def softplus_d(x):\n    """Mine."""\n    return 0.5 * (1 + np.tanh(x / 2))'
PRESENT = lab_in_browser.CHROMIUM and shutil.which("node") and (BIN / "configurable-http-proxy").exists()
pytestmark = pytest.mark.skipif(
    not PRESENT and os.environ.get("MLP_BROWSER") != "required",
    reason="needs Chromium, and Node and npm before make test-hub (apt install chromium nodejs npm)",
)
# All that a real hub has otherwise.
FOR_THE_TEST = """
import os
c.JupyterHub.bind_url = "http://127.0.0.1:{}"
c.JupyterHub.hub_port = {}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{}"
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = os.path.join(os.getcwd(), "home", "{{username}}")
c.Spawner.args = [*c.Spawner.args, *(["--allow-root"] if os.geteuid() == 0 else [])]
"""


def ran(*command, folder, **variables):
    """Run a command in a folder; return what it printed."""
    variables = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", **variables}
    arguments = list(map(str, command))
    ended = subprocess.run(
        arguments, cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


@pytest.fixture(scope="module")
def released():
    return edition(REPOSITORY)


@pytest.fixture(scope="module")
def installed(released, tmp_path_factory):
    """Install the wheel beside the hub, whose lock has all that the extra `lab` needs, as the page says."""
    wheel = make_wheel.build(released, tmp_path_factory.mktemp("wheel"))
    offline = ["--quiet", "--offline", "--reinstall-package", "mlp-course", "--python", BIN / "python"]
    requirement = f"mlp-course[lab] @ file://{wheel}"
    ran(Path(sys.executable).with_name("uv"), "pip", "install", *offline, requirement, folder=wheel.parent)
    (disable,) = re.findall(r"^ +(jupyter labextension disable .*)$", PAGE, re.MULTILINE)
    ran(*shlex.split(disable), folder=wheel.parent)


class Hub:
    """A JupyterHub that is running, in a folder of its own, with the students' home folders in `home`."""

    def __init__(self, folder, port):
        self.folder, self.address = folder, f"http://127.0.0.1:{port}"

    @property
    def log(self):
        return (self.folder / "log").read_text()

    def home(self, student):
        return self.folder / "home" / student

    def log_in(self, page, student):
        """Fill in the page for logging in, which is shown; wait for the student's JupyterLab."""
        page.locator("#username_input").fill(student)
        page.locator("#password_input").fill("any")
        page.locator("#login_submit").click()

    def link(self, repository):
        """Return the page's link for a class, to a repository on this machine."""
        (link,) = re.findall(r"^ +(https://hub\.example\.org/hub/user-redirect/git-pull\?\S+)$", PAGE, re.MULTILINE)
        base, query = link.replace("https://hub.example.org", self.address).split("?")
        return f"{base}?{urlencode({**dict(parse_qsl(query)), 'repo': repository.as_uri()})}"


@pytest.fixture(scope="module")
def hub(installed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    (settings,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    ports = lab_in_browser.free_ports(3)
    (folder / "jupyterhub_config.py").write_text(settings + FOR_THE_TEST.format(*ports))
    running = Hub(folder, ports[0])
    variables = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "JUPYTER_RUNTIME_DIR": str(folder / "run")}
    health = f"{running.address}/hub/health"
    with lab_in_browser.running([BIN / "jupyterhub"], health, folder / "log", cwd=folder, env=variables):
        yield running  # at the end it ends the proxy and the students' servers


@pytest.fixture(scope="module")
def browser(hub):
    with lab_in_browser.browsing() as chromium:
        yield chromium


@pytest.fixture
def page(browser):
    """Return a page in a context of its own; fail if it asks anybody but the hub for anything."""
    asked_for = []
    with lab_in_browser.page_in(browser) as page:
        page.on("request", lambda request: asked_for.append(request.url))
        yield page
        address = "/".join(page.url.split("/")[:3])
    here = (address, address.replace("http", "ws"), "data:", "blob:")
    assert [url for url in asked_for if not url.startswith(here)] == []


def use_panel(page):
    """Move a slider of notebook 01's first panel, and see that the kernel answers."""
    from playwright.sync_api import expect

    slider = page.get_by_role("slider", name="w₁", exact=True)
    slider.scroll_into_view_if_needed()
    status = page.locator(".mlp-status").first
    expect(status).to_contain_text("The loss is 0.0362.")
    slider.press("Home")
    expect(status).to_contain_text("The loss is 0.4975.")


@pytest.fixture(scope="module")
def drop():
    """Yield a folder for files that are handed in, with the mode that the page gives it; all users can reach it."""
    (mode,) = re.findall(r"install --directory --mode (\d+) --group instructors /srv/handed-in", PAGE)
    folder = Path(tempfile.mkdtemp())
    folder.chmod(int(mode, 8))
    yield folder
    shutil.rmtree(folder)


def hand_in(drop):
    """Return the page's line for handing in, with this folder."""
    (line,) = re.findall(r"^ +(mlp-course submit --out .*)$", PAGE, re.MULTILINE)
    return line.replace("/srv/handed-in", str(drop))


def test_a_student_logs_in_unpacks_the_course_and_works_with_notebook_01(hub, page, drop):
    page.goto(hub.address)
    hub.log_in(page, "ada")
    page.locator(".jp-LauncherCard", has_text="Terminal").click()
    page.locator(".jp-Terminal .xterm-screen").click()
    page.keyboard.type("mlp-course start\n")
    path = hub.home("ada") / "mlp-course" / FIRST
    lab_in_browser.wait_until(path.exists, "the course is unpacked")
    page.keyboard.type(f"cd mlp-course && {hand_in(drop)}\n")
    lab_in_browser.wait_until((drop / "ada.zip").exists, "the answers are handed in")
    page.goto(f"{hub.address}/user/ada/lab/tree/mlp-course/{FIRST}?reset")
    cells = lab_in_browser.run_all_cells(page, path)
    outputs = [output for cell in cells for output in cell.outputs]
    assert [output for output in outputs if output.output_type == "error"] == []
    assert len([output for output in outputs if "image/png" in output.get("data", {})]) >= 9
    use_panel(page)
    assert page.locator("text=Would you like to get notified").count() == 0
    assert "mlp_helpers.server | extension was successfully loaded" in hub.log


def commit(repository):
    """Commit all files of a folder, which becomes a repository if it is none."""
    ran("git", "init", "--quiet", f"--initial-branch={BRANCH}", folder=repository)
    ran("git", "add", "--all", folder=repository)
    author = ["-c", "user.name=Teacher", "-c", "user.email=teacher@example.org"]
    ran("git", *author, "commit", "--quiet", "--message=Course", folder=repository)


@pytest.fixture(scope="module")
def repository(installed, tmp_path_factory):
    """Return a repository with the course, made as the page says."""
    folder = tmp_path_factory.mktemp("repository")
    ran("mlp-course", "start", "course", folder=folder)
    commit(folder / "course")
    return folder / "course"


@pytest.fixture
def corrected(released):
    """Return a release in which notebook 03 has another sentence, and its exercise `softplus_d` another docstring."""
    notebook = nbformat.reads(released[NOTEBOOK].decode(), as_version=4)
    notebook.cells[0].source += "\n\nThis sentence is new."
    cell = answer(notebook)
    cell.source = cell.source.replace('"""', '"""In other words: ', 1)
    manifest = json.loads(released[MANIFEST])
    manifest["files"][NOTEBOOK] = digest(notebook_bytes(notebook))
    return released | {NOTEBOOK: notebook_bytes(notebook), MANIFEST: json.dumps(manifest).encode()}


def answer(notebook):
    """Return the cell of the exercise `softplus_d`."""
    (cell,) = (cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "softplus_d")
    return cell


def work(path):
    """Change a notebook as a student does who answers `softplus_d` and runs all cells."""
    with edited(path) as notebook:
        answer(notebook).source = SOFTPLUS_D
        for number, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
            cell.execution_count = number + 1
            cell.outputs = [nbformat.v4.new_output("stream", text="Ran.\n")]


def test_a_link_hands_the_course_out_and_takes_nothing_back(hub, page, repository, released, corrected, tmp_path):
    page.goto(hub.link(repository))
    hub.log_in(page, "ben")
    page.wait_for_url("**/lab/tree/**")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    course = hub.home("ben") / "mlp-course"
    assert (course / NOTEBOOK).read_bytes() == released[NOTEBOOK]
    page.goto("about:blank")
    work(course / NOTEBOOK)
    write_folder(corrected, tmp_path / "corrected")
    assert "Answers kept: softplus_d" in ran("mlp-course", "update", tmp_path / "corrected", folder=course)
    updated = (course / NOTEBOOK).read_bytes()
    spoiled = course / "notebooks" / "02_data_loading.ipynb"
    spoiled.rename(spoiled.with_name("spoiled.ipynb"))
    page.goto(hub.link(repository))
    page.wait_for_url("**/lab/tree/**")
    page.get_by_text("This sentence is new.").wait_for()
    assert (course / NOTEBOOK).read_bytes() == updated
    assert spoiled.read_bytes() == spoiled.with_name("spoiled.ipynb").read_bytes()
    assert answer(nbformat.reads(updated.decode(), as_version=4)).source == SOFTPLUS_D
    assert re.search(r"^ +done +2 +softplus_d$", ran("mlp-course", "check", NOTEBOOK, folder=course), re.MULTILINE)


def test_what_is_handed_in_is_closed_to_others_and_goes_to_its_owner(installed, drop, tmp_path):
    ran("mlp-course", "start", "mlp-course", folder=tmp_path)
    course = tmp_path / "mlp-course"
    ran("bash", "-c", hand_in(drop), folder=course, JUPYTERHUB_USER="dan")
    work(course / NOTEBOOK)
    ran("bash", "-c", hand_in(drop), folder=course, JUPYTERHUB_USER="ben")
    assert [stat.S_IMODE((drop / name).stat().st_mode) for name in ("dan.zip", "ben.zip")] == [0o640, 0o640]
    (lines,) = re.findall(r"^( +cd /srv/handed-in\n.*?\n +done)$", PAGE, re.MULTILINE | re.DOTALL)
    (drop / "link.zip").symlink_to("/etc/passwd")
    ran("bash", "-c", dedent(lines).replace("/srv/handed-in", str(drop)), folder=tmp_path, HOME=str(tmp_path))
    (owner,) = (tmp_path / "submissions").iterdir()  # on this hub all students are one user
    assert owner.name == drop.owner()
    assert {"ben.zip", "dan.zip"} <= set(os.listdir(owner)) <= {"ada.zip", "ben.zip", "dan.zip"}
    assert "tanh(x / 2)" in take(owner.name, [owner]).contents[NOTEBOOK].decode()  # ben's, whose receipt is the newest
    if os.geteuid() == 0:
        others = {"user": OTHER, "group": OTHER, "cwd": "/", "capture_output": True, "text": True}
        for command in (["ls", drop], ["cat", drop / "ben.zip"], ["mv", "-f", drop / "ben.zip", drop / "mine"]):
            ended = subprocess.run(command, **others)
            assert ended.stderr.endswith(("Permission denied\n", "Operation not permitted\n")), ended
        assert subprocess.run(["touch", drop / "cleo.zip"], **others).returncode == 0
        assert (drop / "cleo.zip").stat().st_uid == OTHER


def test_a_repository_that_changes_loses_corrections_as_the_page_warns(repository, corrected, tmp_path):
    course = tmp_path / "student"
    pull = [BIN / "python", "-c", "from nbgitpuller.pull import main; main()", repository.as_uri(), BRANCH, course]
    ran(*pull, folder=tmp_path)
    work(course / NOTEBOOK)
    _, files = without_package(json.loads(corrected[MANIFEST]), corrected)
    for name in (NOTEBOOK, MANIFEST):
        (repository / name).write_bytes(files[name])
    commit(repository)
    ran(*pull, folder=tmp_path)
    merged = nbformat.read(course / NOTEBOOK, as_version=4)
    assert "This sentence is new." in merged.cells[0].source
    assert answer(merged).source == SOFTPLUS_D  # not in other words
    write_folder(corrected, tmp_path / "corrected")
    assert "nothing was changed" in ran("mlp-course", "update", tmp_path / "corrected", folder=course)
