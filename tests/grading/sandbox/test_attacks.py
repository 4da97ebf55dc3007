"""Attacks of `attacks`: each fails, costs only its own exercise, and succeeds when its defence is disabled."""

import ast
import compileall
import copy
import csv
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Empty

import attacks
import nbformat
import psutil
import pytest
from jupyter_client.manager import KernelManager
from nbformat.v4 import new_output, output_from_msg
from weakened import KEPT, TAKEABLE, UNFILTERED, in_turn, session, weakened

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.checking import wire
from mlp_helpers.checking.observations import WRONG, canonical, look
from mlp_helpers.checking.questions import CLASS, FUNCTION, parameters
from mlp_helpers.course.cells import Exercise, answer_name, answered_by, answers, checked_name, is_answer, role
from mlp_helpers.exercises import exercise, names
from mlp_helpers.grading import exercise_tests, judging, reference_course
from mlp_helpers.grading.graft import graft
from mlp_helpers.grading.judging import displayed
from mlp_helpers.grading.reference_course import GradingPlan, ReferenceCourse, course_seed_set
from mlp_helpers.grading.reports import gradebook, pages, sanitize
from mlp_helpers.grading.results import ExerciseResult, Result
from mlp_helpers.grading.sandbox import provisioner
from mlp_helpers.grading.sandbox.bubblewrap import python_places
from mlp_helpers.grading.sandbox.client import ForkServer, Limits
from mlp_helpers.grading.sandbox.provisioner import SandboxSpecs
from mlp_helpers.grading.submissions import RawSubmission, read
from mlp_helpers.nbcheck import plugin as nbcheck
from mlp_helpers.nbcheck.kernels import MAX_MESSAGE_BYTES, Kernel, Session, ThisPython
from mlp_helpers.services.files import REPOSITORY as ROOT

DISPLAYED_DATA = """

def show_verdict(exercise, answers, help):
    from IPython.display import display
    from mlp_helpers.checking import observations, wire

    (answer,) = answers
    display({wire.MIME: wire.encoded(observations.look(exercise, answer), None)}, raw=True)
    return judge(Attempt.at(exercise, answer))
"""
SEED, PUBLIC = 7_301_559_206, 28  # of the grading run, and of students at home
DEADLINE = 3  # of cells that are graded: some attacks never end
LATER = 3.5  # than DEADLINE
PATIENT = 120  # of a cell that searches all files
SMALL = {"memory": 400 << 20, "disk": 20 << 20}
SECRET = "MLP_SECRET"
FUNCTIONS = [name for name in names() if exercise(name).kind in (FUNCTION, CLASS)]
NOTEBOOK_OF = {answer_name(cell): name for name, cell in answers(read_notebooks(ROOT))}
NOTEBOOK_OF |= {step: NOTEBOOK_OF[name] for name in names() for step in exercise(name).steps}
NOTEBOOKS = sorted({NOTEBOOK_OF[name] for name in FUNCTIONS})
SHORTER = 0.5  # grace period of a cell after an interrupt, in seconds
# A check that compares inside the answer's kernel, as in many courses.
COMPARED_INSIDE = """
from mlp_helpers.checking import observations
from mlp_helpers.exercises import exercise

def check(name, answer):
    for arguments in exercise(name).cases().values():
        wanted = exercise(name).key.reference(*arguments)
        value = answer(*arguments)
        assert isinstance(value, np.ndarray)
        assert np.all(value == wanted) or observations.agree(wanted, value)
    print("✓ right")
"""


@pytest.fixture(scope="module")
def patched():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provisioner, "Limits", functools.partial(Limits, **SMALL))
        patch.setattr("mlp_helpers.nbcheck.kernels.INTERRUPT_GRACE_SECONDS", SHORTER)
        patch.setenv(SECRET, "seven")
        yield patch


@contextmanager
def targets(folder):
    """Yield an attack's targets outside the sandbox: a folder with a secret, a port, and a process."""
    (folder / "secret").write_text("seven")
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield {"TMP": str(folder), "PORT": str(server.getsockname()[1]), "VICTIM": str(victim.pid)}
    victim.kill()
    victim.wait()


@pytest.fixture(scope="module")
def place(tmp_path_factory, patched):
    folder = tmp_path_factory.mktemp("outside")
    folder.chmod(0o777)
    with targets(folder) as place:
        yield place


@pytest.fixture(scope="module")
def known():
    """Return code that defines what the check of `nearest_mean` displays, and its values, for some seeds."""
    forms, values = {}, {}
    for seed in (PUBLIC, *range(5)):
        with course_seed_set(seed):
            reference = exercise("nearest_mean").key.reference
            forms[seed] = wire.encoded(look(exercise("nearest_mean"), reference), None)
            cases = exercise("nearest_mean").cases().values()
            values[seed] = [reference(*arguments) for arguments in cases]
    return f"from numpy import array\nPUBLIC, FORMS, VALUES = {PUBLIC}, {forms!r}, {values!r}\n"


def plan(seed):
    """Return a grading plan with what the checks display, so that no kernel is needed for it."""
    with course_seed_set(seed):
        expected = {name: wire.encoded(look(exercise(name), exercise(name).key.reference), None) for name in names()}
    return GradingPlan(str(ROOT), seed, DEADLINE, expected=expected)


def course_fixture(replacing=None, seed=SEED, deadline=DEADLINE):
    """Return a fixture that yields a course, for which a function of the module `package` was replaced."""

    @pytest.fixture(scope="module")
    def yielded(patched, place):
        with pytest.MonkeyPatch.context() as patch:
            if replacing:
                patch.setattr(reference_course.package, replacing.__name__, replacing)
            course = ReferenceCourse(replace(plan(seed), deadline=deadline)).__enter__()
        yield course
        course.__exit__()

    return yielded


def copies(package, conceals, folder):
    """Copy all of the package, once, with the answers."""
    copied = shutil.copytree(package, Path(folder) / "mlp_helpers")
    with (copied / "diagnosis" / "__init__.py").open("a", encoding="utf-8") as file:  # as in grading
        file.write(DISPLAYED_DATA)
    compileall.compile_dir(copied, quiet=1)
    return dict.fromkeys(conceals, Path(folder))


def listed(package, patterns):
    """Return the package's files, with all but a few folders left out, as they once were."""
    paths = [path for path in Path(package).rglob("*") if path.suffix in (".py", ".toml", ".json")]
    return [path for path in paths if path.relative_to(package).parts[0] not in ("diagnosis", "grading")]


course, patient_course = course_fixture(), course_fixture(deadline=PATIENT)
course_with_answers = course_fixture(copies)
course_without_a_list = course_fixture(listed, deadline=PATIENT)
course_at_home = course_fixture(seed=PUBLIC)  # the students'
WITHOUT = {  # courses in which a defence is disabled
    "answers inside": "course_with_answers",
    "all but a few inside": "course_without_a_list",
    "seed known": "course_at_home",
}


@pytest.fixture(scope="module")
def sandboxed(patched, place):
    """Yield specs of sandboxed kernels with small limits."""
    with closing(ForkServer()) as fork_server:
        yield SandboxSpecs(fork_server.notebook_server(), SMALL)


def with_answer(source, name, text):
    """Return the source with a text in place of an answer."""
    changed = source | {NOTEBOOK_OF[name]: copy.deepcopy(source[NOTEBOOK_OF[name]])}
    (cell,) = [cell for _, cell in answers(changed) if answer_name(cell) == name]
    cell.source = text
    return changed


def with_attack(source, attack, known="", place=None):
    """Return the source with an attack in place of an answer."""
    right, first = cell_of(source, attack.exercise), cell_of(source, "flatten")
    function = answered_by(right, attack.body.splitlines()) if attack.body else right
    changed = with_answer(source, "flatten", f"{attack.first}\n{first}") if attack.first else source
    return with_answer(changed, attack.exercise, f"{known}{with_words(attack.code, place or {})}\n{function}")


def with_words(code, place):
    for word, value in place.items():
        code = code.replace(word, value)
    return code


def graded(course, submission, exercise):
    """Grade the notebook that contains an exercise; return its marks by exercise."""
    name, grafted = NOTEBOOK_OF[exercise], graft(course.source, submission)
    return {marked.name: marked for marked in course.mark({name: grafted.notebooks[name]}, grafted.unanswered)}


def lost(marks):
    return {name for name, marked in marks.items() if marked.points < marked.possible}


def cell_of(source, exercise):
    (cell,) = [cell for _, cell in answers(source) if answer_name(cell) == exercise]
    return cell.source


def set_up(source):
    return next(cell.source for cell in next(iter(source.values())).cells if role(cell) == "set-up")


@pytest.mark.parametrize("attack", attacks.FORGING, ids=str)
def test_nothing_is_forged(course, source, known, attack):
    submission = with_attack(source, attack, known if attack.off == "seed known" else "")
    assert lost(graded(course, submission, attack.exercise)) == {attack.exercise}


def aimed_at(*switches, among=attacks.FORGING):
    return pytest.mark.parametrize("attack", [attack for attack in among if attack.off in switches], ids=str)


@aimed_at("compared inside")
def test_where_the_kernel_compares_it_succeeds(source, tmp_path, attack):
    submission = with_attack(source, attack)
    cells = [set_up(source), COMPARED_INSIDE, cell_of(submission, attack.exercise), attacks.CHECK]
    assert in_turn(ThisPython(), tmp_path, *cells).text.rstrip().endswith("✓ right")


@aimed_at(*WITHOUT)
def test_where_its_defence_is_disabled_it_succeeds(request, source, known, attack):
    submission = with_attack(source, attack, known if attack.off == "seed known" else "")
    marks = graded(request.getfixturevalue(WITHOUT[attack.off]), submission, attack.exercise)
    assert attack.exercise not in lost(marks)


def learned(names):
    """Return code that defines what is observed of right answers under the public seed, and their parameters."""
    expected = {}
    with course_seed_set(PUBLIC):
        for name in names:
            function = exercise(name).key.mistakes[0].answer  # its parameters are called as in the notebook
            own = parameters(function.__init__)[1:] if exercise(name).kind == CLASS else parameters(function)
            expected[name] = wire.encoded(exercise(name).expected, None), list(own)
    return f"PUBLIC, EXPECTED = {PUBLIC}, {expected!r}\n"


def test_a_search_through_all_files_finds_no_answer(patient_course, source):
    marks = graded(patient_course, with_attack(source, attacks.SEARCHING, learned(["nearest_mean"])), "nearest_mean")
    assert lost(marks) == {"nearest_mean"}
    assert "KeyError" in marks["nearest_mean"].hint  # it had the time for it


def test_where_all_but_a_few_are_inside_the_search_finds_one(course_without_a_list, source):
    submission = with_attack(source, attacks.SEARCHING, learned(["nearest_mean"]))
    assert lost(graded(course_without_a_list, submission, "nearest_mean")) == set()


def of_notebook(notebook):
    """Return the names of a notebook's exercises that are functions or classes, sorted."""
    return [name for name in FUNCTIONS if NOTEBOOK_OF[name] == notebook]


def found(course, notebook):
    """Search the files that are not Python's own from a kernel for answers to its exercises; return their names."""
    names, places = of_notebook(notebook), ["/usr", *python_places()]
    code = f"import numpy as np\n{learned(names)}{attacks.SEARCH}print(sorted(search({names}, without={places})))"
    with Session(lambda: course._pool.take(notebook), PATIENT) as live:
        return ast.literal_eval(live.run(code).text)


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_no_kernel_finds_an_answer_to_an_exercise_of_its_own(patient_course, notebook):
    assert found(patient_course, notebook) == []


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_where_all_but_a_few_are_inside_it_finds_all_of_them(course_without_a_list, notebook):
    assert found(course_without_a_list, notebook) == of_notebook(notebook)


REPLIES = """
from pathlib import Path
import mlp_helpers
paths = filter(Path.is_file, Path(*mlp_helpers.__path__).rglob("*"))
print(sorted(path.name for path in paths if b"replies" in path.read_bytes()))
"""


def test_no_kernel_reads_a_quiz(patient_course, course_without_a_list):
    def read(course):
        with Session(lambda: course._pool.take(NOTEBOOKS[1]), PATIENT) as live:
            return live.run(REPLIES).text

    assert "quiz_data.toml" in read(course_without_a_list)
    assert read(patient_course) == "[]\n"


@aimed_at("reference first")
def test_where_the_reference_comes_first_it_succeeds(source, tmp_path, attack):
    submission = with_attack(source, attack)
    cells = [cell_of(submission, "flatten"), cell_of(source, "nearest_mean"), cell_of(submission, "nearest_mean")]
    ran = in_turn(ThisPython(), tmp_path, set_up(source), *cells, attacks.CHECK)
    right = look(exercise("nearest_mean"), exercise("nearest_mean").key.reference)
    shown = f"{ran.displays} {displayed(ran.outputs)}"
    assert canonical(right) in shown.replace("\\n", "\n") or wire.encoded(right, None) in shown


@pytest.mark.parametrize("attack", attacks.HARMING, ids=str)
def test_harm_costs_its_own_exercise_at_most(course, source, place, attack):
    marks = graded(course, with_attack(source, attack, place=place), attack.exercise)
    assert lost(marks) == ({attack.exercise} if attack.lost else set())
    assert attack.said in marks[attack.exercise].error
    assert len(marks[attack.exercise].output) <= MAX_MESSAGE_BYTES
    assert untouched(place)


def untouched(place):
    """Return whether the targets outside the sandbox are intact."""
    return sorted(os.listdir(place["TMP"])) == ["secret"] and psutil.Process(int(place["VICTIM"])).is_running()


@aimed_at("no sandbox", among=attacks.HARMING)
def test_in_the_sandbox_it_does_nothing(sandboxed, tmp_path, place, attack):
    assert attacks.DONE not in in_turn(sandboxed, tmp_path, with_words(attack.code, place)).text


@aimed_at("no sandbox", among=attacks.HARMING)
def test_without_the_sandbox_it_does(patched, tmp_path, attack):
    (tmp_path / "kernel").mkdir()
    with targets(tmp_path) as place:
        ran = in_turn(ThisPython(), tmp_path / "kernel", with_words(attack.code, place))
    assert attacks.DONE in ran.text


def test_a_process_left_behind_ends_with_its_kernel(sandboxed, tmp_path):
    code = attacks.LEAVES.code.replace("LEFT", f"left-by-{os.getpid()}")
    in_turn(sandboxed, tmp_path, code)
    ends = time.monotonic() + 5
    while left_behind() and time.monotonic() < ends:  # the kernel kills it asynchronously
        time.sleep(0.05)
    assert not left_behind()
    in_turn(ThisPython(), tmp_path, code)
    (process,) = left_behind()
    process.kill()


def left_behind():
    marker = f"left-by-{os.getpid()}"
    return [process for process in psutil.process_iter(["cmdline"]) if marker in (process.info["cmdline"] or ())]


@aimed_at("no deadline", among=attacks.HARMING)
def test_with_a_later_deadline_it_goes_on(sandboxed, tmp_path, attack):
    assert f"it took longer than {LATER} s" in in_turn(sandboxed, tmp_path, attack.code, deadline=LATER).error


@aimed_at("no limit to output", among=attacks.HARMING)
def test_without_a_limit_its_output_arrives(sandboxed, tmp_path, attack):
    kernel = Kernel(tmp_path, sandboxed).wait()
    outputs = kernel.run(attack.code, 9, max_bytes=1 << 30)
    kernel.stop()
    assert len("".join(output.text for output in outputs)) > 2_000_000


@contextmanager
def plain_client(folder):
    """Yield the client of a plain Jupyter kernel, without limits or watch."""
    manager = KernelManager(kernel_spec_manager=ThisPython())
    manager.start_kernel(cwd=str(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = manager.blocking_client()
    client.start_channels(hb=False)  # its thread would wait for ever to send to a kernel that broke the connection
    try:
        client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def sent(client, code):
    """Run a cell with a plain client; yield its outputs."""
    asked = client.execute(code, allow_stdin=False)
    while True:
        message = client.get_iopub_msg(timeout=2)
        if message["parent_header"].get("msg_id") != asked:
            continue
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return
        if message["msg_type"] in ("stream", "error", "display_data"):
            yield output_from_msg(message)


@aimed_at("plain nbval", among=attacks.HARMING)
def test_a_plain_reader_is_stopped_by_it(tmp_path, attack):
    with plain_client(tmp_path) as client, pytest.raises((Empty, ValueError, RecursionError, KeyError)):
        list(sent(client, attack.code))


@aimed_at("no limit to messages", among=attacks.HARMING)
def test_a_plain_reader_takes_it(tmp_path, attack):
    with plain_client(tmp_path) as client:
        assert max(len(output.text) for output in sent(client, attack.code)) > MAX_MESSAGE_BYTES


@aimed_at("input allowed", among=attacks.HARMING)
def test_where_input_is_allowed_it_waits_for_it(tmp_path, attack):
    with plain_client(tmp_path) as client:
        client.execute(attack.code, allow_stdin=True)
        assert client.get_stdin_msg(timeout=9)["content"]["prompt"] == "password: "


def test_no_answer_comes_from_another_student(course, source):
    for attack in (attacks.GIVER, attacks.TAKER):
        assert lost(graded(course, with_attack(source, attack), attack.exercise)) == {attack.exercise}


def test_where_first_processes_keep_files_it_comes(patched, place, source, tmp_path):
    with weakened(tmp_path, UNFILTERED | KEPT | TAKEABLE), ReferenceCourse(plan(SEED)) as course:
        assert lost(graded(course, with_attack(source, attacks.GIVER), "nearest_mean")) == {"minibatches"}
        assert lost(graded(course, with_attack(source, attacks.TAKER), "nearest_mean")) == set()


FLOOD = """
import time
kernel = get_ipython().kernel
stream = getattr(kernel, "shell_stream", None)
channel = stream.socket if stream else kernel.shell_socket
ident = kernel._parent_ident["shell"]
for _ in range(COUNT):
    kernel.session.send(channel, "execute_reply", {"a": "x" * (4 << 20)}, parent=kernel.get_parent(), ident=ident)
time.sleep(1)
print("did it")
"""


def test_replies_that_nobody_reads_take_no_memory(sandboxed, tmp_path):
    process = psutil.Process()
    with session(sandboxed, tmp_path) as live:
        before = process.memory_info().rss
        live.run(FLOOD.replace("COUNT", "60"))
        taken = process.memory_info().rss - before
    assert taken < 100 << 20


@pytest.mark.parametrize("name", attacks.CELLS)
def test_a_cell_that_is_hard_to_read_costs_its_own_exercise(course, source, name):
    text, is_lost = attacks.CELLS[name]
    contents = {
        name: json.dumps(notebook).encode() for name, notebook in with_answer(source, "nearest_mean", text).items()
    }
    submission = read(RawSubmission("ada", contents)).notebooks
    assert lost(graded(course, submission, "nearest_mean")) == ({"nearest_mean"} if is_lost else set())


@pytest.mark.parametrize("name", ["half a letter", "a zero byte", "no Python", "a magic"])
def test_where_nothing_is_caught_it_cannot_be_read(name):
    with pytest.raises((SyntaxError, ValueError)):
        ast.parse(attacks.CELLS[name][0])


@pytest.mark.parametrize("name", ["a megabyte of statements", "a megabyte of parentheses", "a megabyte of signs"])
def test_where_cells_may_be_of_any_length_it_is_run(source, monkeypatch, name):
    submission = with_answer(source, "nearest_mean", attacks.CELLS[name][0])
    assert "nearest_mean" in graft(source, submission).unanswered
    monkeypatch.setattr("mlp_helpers.grading.graft.MAX_CELL_CHARACTERS", 1 << 30)
    assert "nearest_mean" not in graft(source, submission).unanswered


def test_where_markers_are_obeyed_they_stop_the_grader(course, source, monkeypatch):
    monkeypatch.setattr(exercise_tests.GradedNotebook, "options", nbcheck.Notebook.options)
    submission = with_answer(source, "nearest_mean", attacks.CELLS["markers for nbval"][0])
    with pytest.raises(RuntimeError, match="Conflicting comment markers"):
        graded(course, submission, "nearest_mean")


def test_where_the_kernel_is_kept_a_cell_spoils_the_next_exercises(course, source, monkeypatch):
    monkeypatch.setattr(Session, "renew", lambda self: None)
    submission = with_answer(source, "nearest_mean", attacks.CELLS["names of the set-up taken"][0])
    assert lost(graded(course, submission, "nearest_mean")) > {"nearest_mean"}


def with_own_checks(source):
    """Return a student's notebook with a wrong answer to `nearest_mean`, followed by each of OWN_CELLS."""
    (notebook,) = [copy.deepcopy(nb) for name, nb in source.items() if name == NOTEBOOK_OF["nearest_mean"]]
    cells = [cell for cell in notebook.cells if role(cell) == "set-up"]
    (answer,) = [cell for cell in notebook.cells if is_answer(cell) and answer_name(cell) == "nearest_mean"]
    answer.source = answered_by(answer.source, [attacks.WRONG])
    (check,) = [cell for cell in notebook.cells if checked_name(cell) == "nearest_mean"]
    cells.append(answer)
    for number, (text, tags, printed) in enumerate(attacks.OWN_CELLS.values()):
        forged = copy.deepcopy(check)
        forged.id, forged.source, forged.metadata.tags = f"own-{number}", text, tags
        forged.outputs, forged.execution_count = [new_output("stream", text=printed)] if printed else [], 1
        cells.append(forged)
    notebook.cells = cells
    return notebook


def test_what_stands_in_a_students_check_cells_has_no_say(course, source):
    (marks,) = [graded(course, {"01.ipynb": with_own_checks(source)}, "nearest_mean")]
    assert marks["nearest_mean"].state == WRONG
    assert marks["nearest_mean"].points == 0


@pytest.fixture(scope="module")
def by_nbval(source, tmp_path_factory):
    """Run nbval on a student's own notebook; return its report of failed cells."""
    folder = tmp_path_factory.mktemp("own")
    nbformat.write(with_own_checks(source), folder / "own.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbcheck", "-rf", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    ran = subprocess.run([*command, f"--rootdir={folder}", folder], capture_output=True, text=True)
    assert ran.returncode in (0, 1), ran.stdout
    assert "own-0" not in ran.stdout
    return ran.stdout


@pytest.mark.parametrize("name", attacks.OWN_CELLS)
def test_where_the_students_own_notebook_is_run_nbval_is_content(by_nbval, name):
    assert f"own-{list(attacks.OWN_CELLS).index(name)}" not in by_nbval


def printed_on(name, text):
    """Return the feedback pages of a student with `text` in every student-controlled place."""
    items = [Exercise("nearest_mean", 2, "01.ipynb", False), Exercise("report", 5, "01.ipynb", True)]
    marked = ExerciseResult("nearest_mean", "01.ipynb", 0, 2, WRONG, answer=text, output=text, error=text, hint="")
    flags = [f"{text} is a symbolic link, and was left out"]
    result = Result(text, items=[marked], open_answers={"report": {"source": text, "figures": [text]}}, flags=flags)
    return pages.feedback_page(result, items) + pages.feedback_page(Result(text, refused=text), items)


@pytest.mark.parametrize("name", attacks.SHOWN)
def test_the_feedback_shows_what_was_written_and_obeys_nothing(name):
    text, harmful = attacks.SHOWN[name]
    page = printed_on(name, text)
    assert harmful not in page
    assert page.encode()


@pytest.mark.parametrize("name", attacks.SHOWN)
def test_where_nothing_is_escaped_it_obeys(name, monkeypatch):
    text, harmful = attacks.SHOWN[name]
    monkeypatch.setattr(pages, "PAGES", pages.PAGES.overlay(autoescape=False, finalize=lambda value: value))
    monkeypatch.setattr(sanitize, "sanitized", str)
    page = printed_on(name, text)
    assert harmful in (pages.PAGES.from_string(page).render() if name == "a template" else page)


def formulas_in(text):
    """Return the cells that a spreadsheet would evaluate as formulas, split at commas or at semicolons."""
    found = []
    for delimiter in ",;":
        for line in csv.reader(text.splitlines(), delimiter=delimiter):
            found += [cell for cell in line if cell.strip(' \t\r\n"\u200b')[:1] in tuple("=+-@|%＝＋－＠")]
    return found


def tables(formula):
    """Return the gradebook of a student whose name is a formula."""
    items = [Exercise("nearest_mean", 2, "01.ipynb", False)]
    result = Result(formula, items=[ExerciseResult("nearest_mean", "01.ipynb", 0, 2, WRONG)], flags=[formula])
    found = gradebook.rows([result], items)
    return gradebook.gradebook_csv(found, items)


@pytest.mark.parametrize("formula", attacks.FORMULAS)
def test_no_table_holds_a_formula(formula):
    assert formulas_in(tables(formula)) == []


@pytest.mark.parametrize("formula", attacks.FORMULAS)
def test_where_nothing_is_made_harmless_it_does(formula, monkeypatch):
    monkeypatch.setattr(gradebook, "harmless", str)
    assert formulas_in(tables(formula)) != []


@pytest.mark.parametrize("name", attacks.FORGED)
def test_a_kernel_s_own_conclusions_earn_nothing(patient_course, source, name):
    marks = graded(patient_course, with_answer(source, name, attacks.FORGED[name]), name)
    assert marks[name].points == 0
    assert lost(marks) == {name}


@pytest.mark.parametrize("name", [name for name in attacks.FORGED if name != "misclassified"])
def test_where_a_kernel_s_conclusions_are_taken_over_they_earn_all(patched, place, source, name, monkeypatch):
    monkeypatch.setattr(judging, "concluded", lambda exercise, seen, cases: seen)
    monkeypatch.setenv("MLP_COURSE_SEED", str(SEED))
    concluded = {one: wire.encoded(exercise(one).expected, None) for one in attacks.FORGED}
    with ReferenceCourse(replace(plan(SEED), expected=plan(SEED).expected | concluded)) as trusting:
        marks = graded(trusting, with_answer(source, name, attacks.FORGED[name]), name)
    assert marks[name].points == marks[name].possible


@pytest.mark.parametrize("name", attacks.DISPLAYED)
def test_whatever_a_check_displays_costs_its_own_exercise_with_a_reason(course, source, name):
    code = f"{attacks.DISPLAY}check = lambda name, answer: show({attacks.DISPLAYED[name]})"
    marks = graded(course, with_attack(source, attacks.Attack(name, "", code, attacks.WRONG)), "nearest_mean")
    assert lost(marks) == {"nearest_mean"}
    assert marks["nearest_mean"].hint or marks["nearest_mean"].error or "array (4,)" in marks["nearest_mean"].output


def test_the_last_of_two_displays_counts(course, source):
    code = f"{attacks.DISPLAY}old, check = check, lambda name, answer: (show('[]'), old(name, answer))"
    one = attacks.Attack("one", "", code)
    assert lost(graded(course, with_attack(source, one), "nearest_mean")) == set()
    code = f"{attacks.DISPLAY}old, check = check, lambda name, answer: (old(name, answer), show('[]'))"
    both = attacks.Attack("two", "", code, f"return {attacks.NEAREST}")
    assert lost(graded(course, with_attack(source, both), "nearest_mean")) == {"nearest_mean"}


def test_nothing_of_an_answer_is_run_to_judge_it(course, source, place):
    # A wrong answer, for which a notebook would look for the place of the fault by running parts of it. The folder is
    # not seen in the sandbox.
    path = f"{place['TMP']}/run"
    body = f"import os\nos.path.isdir({place['TMP']!r}) and open({path!r}, 'w')\nreturn -{attacks.NEAREST}"
    submission = with_attack(source, attacks.Attack("it waits to be run elsewhere", "", body=body))
    assert lost(graded(course, submission, "nearest_mean")) == {"nearest_mean"}
    assert untouched(place)
    run = "nearest_mean(np.eye(2), np.eye(2))"
    in_turn(ThisPython(), Path(place["TMP"]), set_up(source), cell_of(submission, "nearest_mean"), run)
    assert not untouched(place)  # where it is run, it shows
    os.unlink(path)
