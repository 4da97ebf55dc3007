"""Faults of the exercises in a source, each as one sentence with the path: checks in notebooks could die of them."""

import inspect
import math
import tomllib
from collections import defaultdict
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from mlp_helpers.checking.observations import RIGHT, Raised, observe, wrong_cases
from mlp_helpers.checking.questions import CLASS, FUNCTION, Questions
from mlp_helpers.course.cells import answer_name, answers, checked_name
from mlp_helpers.exercises import Exercise
from mlp_helpers.exercises.answer_keys import AnswerKey

PLACE = Path("mlp_helpers", "exercises")
FORMER = Path("mlp_helpers", "course", "renamed.py")  # names
REQUIRED, VARIANTS = ("__init__.py", "cases.py", "answers.py"), "variants.py"
MIN_MISTAKES, MIN_VARIANTS = 3, 2  # of a function or class


def exercise_paths(source):
    """Return the folders and TOML files of a source's exercises, a list of (name, Path)."""
    paths = sorted(Path(source, PLACE).glob("[!._]*"))
    return [(path.name.removesuffix(".toml"), path) for path in paths if path.is_dir() or path.suffix == ".toml"]


def exercise_faults(source, notebooks):
    """Return the faults of a source's exercises, a list of str. Their modules are run.

    Parameters
    ----------
    source : path
        The course's folder.
    notebooks : dict from str to NotebookNode
        Its notebooks, by file name.
    """
    paths = exercise_paths(source)
    concealed = {checked_name(cell): _concealed(one) for one in notebooks.values() for cell in one.cells}
    # A step is checked by the exercise that has it.
    concealed |= {step: concealed[name] for name, path in paths if name in concealed for step in steps_in(path)}
    names = {*(name for name, _ in paths), *(answer_name(cell) for _, cell in answers(notebooks))}
    found = _name_faults(paths) + _former_faults(Path(source, FORMER), names)
    for name, path in paths:
        if path.is_dir():
            found += _folder_faults(path, name, concealed.get(name))
        else:
            found += _file_faults(path, {name for name, _ in paths})
        found += [] if name in concealed else [(path, "no notebook has a cell that checks it")]
    return [f"{path.relative_to(source).as_posix()}: {text}" for path, text in found]


def _concealed(notebook):
    """Return the modules that a notebook conceals, a set of str; its metadata may have faults."""
    modules = notebook.metadata.get("course", {}).get("conceals")
    return {str(name).removeprefix("mlp_helpers.") for name in modules} if isinstance(modules, list) else set()


def _name_faults(paths):
    """Return the faults of names: some file systems take those that differ only in case for one."""
    alike = defaultdict(list)
    for name, path in paths:
        alike[name.lower()].append(path)
    found = [(path, "its name must be one of Python's") for name, path in paths if not name.isidentifier()]
    return found + [(path, f"{first.name} has this name already") for first, *rest in alike.values() for path in rest]


def _former_faults(path, names):
    """Return the faults of the table of former names, a list of (path, sentence), given the names that are in use."""
    found = []
    renamed = _loaded(path, "RENAMED", dict, found) or {}
    retired = _loaded(path, "RETIRED", frozenset, found) or frozenset()
    again = sorted({*renamed, *retired} & names)
    found += [(path, f"{name} was the name of an exercise once, and must not be one again") for name in again]
    return found + [
        (path, f"{old} must be called by the name of an exercise now, got {new}")
        for old, new in renamed.items()
        if new not in names
    ]


def _folder_faults(folder, name, concealed):
    """Return the faults of an exercise's folder, a list of (path, sentence), given what its notebook conceals."""
    files = {path.name for path in folder.iterdir() if not path.name.startswith((".", "__pycache__"))}
    found = [(folder / file, "it is missing") for file in REQUIRED if file not in files]
    data = {file for file in files if file.endswith(".json")}  # from which its cases are drawn
    unknown = sorted(files - {*REQUIRED, VARIANTS} - data)
    found += [(folder / file, f"only {', '.join((*REQUIRED, VARIANTS))} may be here") for file in unknown]
    questions, key, variants = (
        _loaded(folder / file, constant, kind, found)
        for file, constant, kind in (
            ("cases.py", "QUESTIONS", Questions),
            ("answers.py", "KEY", AnswerKey),
            (VARIANTS, "VARIANTS", list),
        )
    )
    if questions is None or key is None:
        return found
    if questions.kind in (FUNCTION, CLASS):
        if concealed is not None and set(questions.conceals) != concealed:
            wanted = ", ".join(sorted(concealed)) or "nothing"
            found.append((folder / "cases.py", f"conceals must be that of its notebook's metadata: {wanted}"))
        if len(key.mistakes) < MIN_MISTAKES:
            found.append((folder / "answers.py", f"it must have at least {MIN_MISTAKES} known mistakes"))
        if VARIANTS not in files:
            found.append((folder / VARIANTS, "it is missing"))
        elif variants is not None and len(variants) < MIN_VARIANTS:
            found.append((folder / VARIANTS, f"VARIANTS must have at least {MIN_VARIANTS} right answers"))
    try:
        texts = _answer_faults(Exercise(name, questions), key)
    except Exception as error:  # cases and answers may do anything
        texts = [f"its cases and its answers do not fit: {_in_words(error)}"]
    return found + [(folder / "answers.py", text) for text in texts]


def _loaded(path, constant, kind, found):
    """Return a constant of a module of an exercise; append a fault to `found` and return None if it cannot be had."""
    if not path.is_file():
        return None
    spec = spec_from_file_location(f"{path.parent.name}.{path.stem}", path)
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        found.append((path, f"it does not parse: {error.msg} (line {error.lineno})"))
    except (Exception, SystemExit) as error:
        found.append((path, f"it cannot be imported: {_in_words(error)}"))
    else:
        value = getattr(module, constant, None)
        if isinstance(value, kind):
            return value
        found.append((path, f"{constant} must be of type {kind.__name__}, got {type(value).__name__}"))
    return None


def _answer_faults(exercise, key):
    """Return the faults of an exercise's right answer and known mistakes, a list of str."""
    found = [f"its reference {text}" for text in _reference_faults(exercise, key)]
    counts = {len(arguments) for arguments in exercise.cases().values()}
    for mistake in key.mistakes:
        name = getattr(mistake.answer, "__name__", mistake.answer)
        if not isinstance(mistake.hint, str) or not mistake.hint.strip():
            found.append(f"the mistake {name} has no hint")
        if exercise.kind == CLASS and not isinstance(mistake.answer, type):
            found.append(f"the mistake {name} is no class")
        elif exercise.kind == FUNCTION and not all(_accepts(mistake.answer, count) for count in counts):
            found.append(f"the mistake {name} cannot be called with the arguments of a case")
    return found


def _reference_faults(exercise, key):
    """Return what an exercise's right answer does that none may do, a list of str."""
    if key.judge_value is not None:
        return [] if key.judge_value(key.reference).state == RIGHT else ["is not right"]
    seen, again = observe(exercise, key.reference), observe(exercise, key.reference)
    if seen is None:
        return ["is no answer"]
    found = [f"raises {one.value.kind} in the case '{one.label}'" for one in seen if isinstance(one.value, Raised)]
    found += [f"changes an argument in the case '{one.label}'" for one in seen if one.changed]
    return found + [f"gives another result the second time in the case '{one}'" for one in wrong_cases(seen, again)]


def _accepts(function, n_arguments):
    """Return whether a function can be called with so many positional arguments."""
    try:
        inspect.signature(function).bind(*range(n_arguments))
    except TypeError:
        return False
    except ValueError:  # a built-in function that does not say
        return True
    return True


def steps_in(path):
    """Return the names of the exercises that one consists of, a list; [] if it has a folder."""
    try:
        steps = {} if path.is_dir() else tomllib.loads(path.read_text(encoding="utf-8")).get("steps")
    except ValueError:
        return []
    return list(steps) if isinstance(steps, dict) else []


def _file_faults(path, names):
    """Return the faults of a TOML file, a list of (path, sentence), given the names of all exercises."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # UnicodeDecodeError is one, too
        return [(path, f"it cannot be read: {_in_words(error)}")]
    questions, steps = content.get("questions", []), content.get("steps", {})
    if not isinstance(steps, dict) or not all(isinstance(share, int | float) for share in steps.values()):
        return [(path, "its steps must be a table with a number for each")]
    if not isinstance(questions, list) or not all(type(one) is dict for one in questions):
        return [(path, "its questions must be tables, [[questions]]")]
    found = [f"no exercise is called {name}, which it has as a step" for name in steps if name not in names]
    if steps and not math.isclose(sum(steps.values()), 1):
        found.append(f"the shares of its steps must sum to 1, got {sum(steps.values()):g}")
    found += [] if questions or steps else ["it has neither questions nor steps"]
    for number, question in enumerate(questions, start=1):
        replies, right = question.get("replies"), question.get("right")
        if not isinstance(replies, dict) or not all(type(one) is str and one.strip() for one in replies.values()):
            found.append(f"question {number} must have replies, a text for each letter")
        elif not isinstance(right, str) or right not in replies:
            found.append(f"question {number}: the right letter must have a reply, got {right!r}")
    return [(path, text) for text in found]


def _in_words(error):
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
