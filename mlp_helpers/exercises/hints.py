"""Hints beside the bank, relations, exceptions and places: a missing return, a wrong callee, shapes, the first case.

A hint states only what was observed. It may be vague, but is never false.
"""

import builtins
import copy
import dis
import io
import math
import sys
from dataclasses import replace
from pathlib import Path
from types import CodeType, FunctionType

import numpy as np

from mlp_helpers.checking.cases import CONCEALED, QUESTIONS
from mlp_helpers.checking.observations import Opaque, agree, close, exercise_rng, numbers, observe, quiet, snapshot
from mlp_helpers.checking.questions import CLASS, REFUSED, is_refusal, parameters

PACKAGE = Path(__file__).parent.parent
PROPERTIES = {  # of results that are looked at in parts: what is wrong where one of them differs
    "sizes": "The batches have {got} samples; they should have {wanted}.",
    "each sample once": "In one pass over the data some samples come twice or never.",
    "X beside its Y": "Some rows of X are no longer beside their rows of Y.",
    "in random order": "The samples come in the order in which they were given.",
    "in another order in the next epoch": "Each epoch has the same order.",
    "other samples together in the next epoch": "The same samples share a batch in each epoch. What do you shuffle?",
    "by rng": "The random order does not come from `rng`.",
    "a weight at each batch": "The parameters are wrong when a batch is used. When do you take each step?",
    "parameters at the end": "The steps do not lead where they should.",
    "training losses": (
        "The record of the training losses is not right. Over which samples is each loss to be taken, and when?"
    ),
    "validation losses": (
        "The record of the validation losses is not right. Over which samples is each loss to be taken, and when?"
    ),
    "each sample once in each epoch": "In an epoch some training samples come twice or never, or others come as well.",
    "steps": "The number of steps is not right. When does training end?",
    "another order in each epoch": "Two epochs have the same order.",
    "parameters": "The parameters are not where they should be after the step.",
    "velocities": "The velocities are not what they should be after the step.",
    "values of the mask": "The mask holds other values than it should.",
    "A times the mask": "The activations that are left are not `A` times the mask.",
    "mask by rng": "The mask does not depend on `rng` alone.",
    "best parameters at the end": "The network does not end with the parameters of its best epoch.",
    "share kept": "The share of the entries that are kept is not `keep_probability`.",
    "mean of the activations": "The mean of the activations changes.",
    "a draw for each entry": "There is not one draw for each entry of `A`.",
    "another mask each time": "Each call leaves out the same entries.",
    "shapes": "Its arrays have the shapes {shapes}; they should have {right}.",
    "types": "Its parameters are not both of dtype float64, so a step in place may be rounded, or fail.",
    "biases": "The biases do not start at 0.",
    "weights by rng": "The initial weights do not depend on `rng` alone.",
    "other weights in each layer": "A second layer made with the same generator starts with the same weights.",
    "weights around 0": "The initial weights do not lie around 0.",
    "normally distributed": "The initial weights are not normally distributed.",
    "spread of the weights": "The variance of the initial weights is not the one that the task asks for.",
    "params are its own arrays": "Changes to the arrays that `params` returns do not reach the layer.",
    "two layers share no parameters": "A step of one layer changes the parameters of another one.",
    "another layer may go forward in between": "A layer goes back with what another one remembers.",
    "another layer may go back afterwards": "The gradients of a layer become those of another one.",
    "W and b": "There are not two arrays to look at.",
}


def names_of_arguments(names, key):
    """Return the names of an answer's parameters; if they are None, those of a mistake of the answer key.

    Those of a class are the constructor's, and what a case of it goes on with.
    """
    if names is not None:
        return names
    other = key.mistakes[0].answer
    if isinstance(other, type):
        return (*parameters(other.__init__)[1:], "part", "X", "W", "b", "dZ")
    return parameters(other)


def withheld_function(name, answer):
    """Return the name of a function of the package that an answer calls and that grading withholds, or None."""
    files, found = {str(PACKAGE / f"{module}.py") for module in CONCEALED[name]}, []

    def watch(frame, event, _argument):
        if event == "call" and not found and frame.f_code.co_filename in files and not _stands_in(frame):
            found.append(frame.f_code.co_qualname.partition(".")[0])

    if files and _may_call_package(answer, files):
        before = sys.getprofile()
        sys.setprofile(watch)
        try:
            observe(name, answer)
        finally:
            sys.setprofile(before)
    return found[0] if found else None


def _may_call_package(answer, files, seen=frozenset()):
    """Return whether an answer and its own functions use more than NumPy, `math`, built-in functions and numbers.

    It does, too, if it is a function of one of the package's `files`. `seen` holds the functions being looked at.
    """
    if type(answer) is not FunctionType or answer.__code__.co_freevars or answer.__code__.co_filename in files:
        return True
    if answer in seen:
        return False
    for name in _global_names(answer.__code__):
        value = answer.__globals__.get(name)
        if type(value) is FunctionType and value.__globals__ is answer.__globals__:
            if _may_call_package(value, files, seen | {answer}):
                return True
            continue
        is_builtin = name not in answer.__globals__ and hasattr(builtins, name)
        is_number = issubclass(type(value), int | float | np.ndarray | np.generic)
        if not (is_builtin or is_number or value is np or value is math):
            return True
    return False


def _stands_in(frame):
    """Return whether a call comes from `todo`, which stands in for another answer."""
    while frame is not None:
        if frame.f_code.co_name == "todo" and frame.f_code.co_filename == str(PACKAGE / "checks.py"):
            return True
        frame = frame.f_back
    return False


def no_class(name, answer):
    """Return a hint if an object is given where a class is wanted, or None."""
    if QUESTIONS[name].kind != CLASS or isinstance(answer, type):
        return None
    return f"`{name}` is a {type(answer).__name__} here; it should be the class itself."


def refused(raised, expected, names, arguments):
    """Return a hint if an answer refuses a case that it should not, where others are to be refused, or None."""
    if raised.value.kind != REFUSED or not any(is_refusal(one.value) for one in expected):
        return None
    texts = [
        f", with {word} {value!r}"
        for word, value in zip(names, arguments[raised.label], strict=False)
        if isinstance(value, str)
    ]
    return f"It refuses the case '{raised.label}'{''.join(texts)}, which is allowed." if raised.value.line else None


def foreign_array(answer):
    """Return a hint if an answer uses an array of the notebook instead of its own arguments or attributes, or None."""
    functions = vars(answer).values() if isinstance(answer, type) else [answer]
    for function in functions:
        if type(function) is FunctionType:
            for word in sorted(_global_names(function.__code__)):
                if issubclass(type(function.__globals__.get(word)), np.ndarray):
                    return (
                        f"`{function.__name__}` uses an array `{word}` of the notebook. Which of its own should it use?"
                    )
    return None


def wrong_callee(name, answer, is_right):
    """Return a hint if an answer calls another one of the same notebook that is not right, or None.

    Parameters
    ----------
    name : str
        Name of the exercise.
    answer : callable
    is_right : callable
        Accepts an exercise and an answer; returns False if the answer is wrong.
    """
    if type(answer) is not FunctionType:
        return None
    called = _global_names(answer.__code__) - {name}
    for other in filter(called.__contains__, QUESTIONS):  # in the order of the course, which a set has not
        callee = answer.__globals__.get(other)
        is_own = type(callee) is FunctionType and callee.__globals__ is answer.__globals__
        if is_own and not is_right(other, callee):
            return f"Your `{other}`, which it calls, is not right yet. Correct that one first."
    return None


def _global_names(code):
    """Return the global names that a code object and those inside it load or import, a set."""
    loads = ("LOAD_GLOBAL", "LOAD_NAME", "IMPORT_NAME")
    found = {step.argval for step in dis.get_instructions(code) if step.opname in loads}
    return found.union(*(_global_names(inner) for inner in code.co_consts if isinstance(inner, CodeType)))


def missing_return(expected, observations):
    """Return a hint if the answer returned None in all cases, and should not."""
    if any(observation.value is not None for observation in observations) or expected[0].value is None:
        return None
    if any(observation.changed for observation in observations):
        return "It returned None, and changed its input. Leave the input as it is, and `return` the result."
    return "It returned None. Is the `return` missing?"


def changed_input(expected, observations):
    """Return a hint if all results are right, but an argument was changed."""
    pairs = list(zip(expected, observations, strict=True))
    if not all(agree(wanted.value, got.value) for wanted, got in pairs):
        return None
    labels = [got.label for wanted, got in pairs if got.changed != wanted.changed]
    return f"The result is right, but the input has changed (case: {labels[0]}). Work on a copy."


def remark(expected, observations):
    """Return a remark on a right answer that issued a warning or has another dtype, "" if there is none."""
    for wanted, got in zip(expected, observations, strict=True):
        if isinstance(wanted.value, np.ndarray) and isinstance(got.value, np.ndarray):
            kinds = wanted.value.dtype.kind, got.value.dtype.kind
            if kinds == ("f", "b"):
                return "it gives True and False, which count as 1 and 0; numbers would be safer"
            if wanted.value.dtype == np.float64 and got.value.dtype in (np.float32, np.float16):
                return f"in {got.value.dtype}, which has fewer digits than its input"
        if got.warned and not wanted.warned:
            return f"but there was a warning on the way, {got.warned!r} (case: {got.label})"
    return ""


def first_case(name, answer, names, expected, observations):
    """Return the most informative hint on the first wrong case.

    Parameters
    ----------
    name : str
        Name of the exercise.
    answer : callable
    names : sequence of str
        Of its parameters.
    expected, observations : list of Observation
        Of a right answer and of this one.
    """
    wanted, got, case = _first_wrong(name, names, expected, observations)
    return (
        _without_numbers(wanted, got, case)
        or _depends_on_others(name, answer)
        or _where(wanted, got)
        or _in_numbers(*_first_part(wanted, got, case))
    )


def first_case_without_numbers(name, names, expected, observations):
    """Return a hint on the first wrong case in which no right number stands, or None; see `first_case`."""
    return _without_numbers(*_first_wrong(name, names, expected, observations))


def _first_wrong(name, names, expected, observations):
    """Return the observations of a right answer and of this one in its first wrong case, and the case in words."""
    wrong = [(a, b) for a, b in zip(expected, observations, strict=True) if not agree(a.value, b.value)]
    wanted, got = wrong[0]
    return wanted, got, _case_with_shapes(got.label, names, QUESTIONS[name].cases(exercise_rng(name))[got.label])


def _without_numbers(wanted, got, case):
    return (
        _not_refused(wanted, got)
        or _wrong_type(wanted, got)
        or _wrong_shape(wanted, got, case)
        or _not_finite(wanted, got)
        or _wrong_property(wanted, got)
    )


def _case_with_shapes(label, names, arguments):
    """Return a case in words, with the shapes of its arguments that are arrays."""
    arrays = {name: value for name, value in zip(names, arguments, strict=False) if isinstance(value, np.ndarray)}
    shapes = [f"`{name}` of shape {value.shape}" for name, value in arrays.items() if value.ndim]
    return f"In the case '{label}'" + (f" ({', '.join(shapes)})" if shapes else "")


def _kind(value):
    if value is None:
        return "None"
    if isinstance(value, Opaque):
        return f"an {value.kind}" if value.kind.startswith("array") else f"a {value.kind}"
    if isinstance(value, np.ndarray) and value.ndim > 0:
        return "an array"
    if numbers(value) is not None:
        return "a number"
    return f"a {type(value).__name__}"


def _not_refused(wanted, got):
    """Return a hint if a ValueError is wanted, and there is a result, or None."""
    if not is_refusal(wanted.value):
        return None
    return f"In the case '{got.label}', it gives {_kind(got.value)}; it should raise a ValueError."


def _wrong_type(wanted, got):
    """Return a hint if the result is of another kind than expected (None, array, number, other type), or None."""
    kinds = _kind(wanted.value), _kind(got.value)
    if kinds[0] == kinds[1] or kinds == ("a str", "a number"):  # a str stands for a number that need not be exact
        return None
    called = isinstance(got.value, Opaque) and got.value.is_callable
    question = " Was a function returned instead of called?" if called else ""
    question = " Is the `return` missing?" if got.value is None else question
    return f"It gives {kinds[1]} instead of {kinds[0]} (case: {got.label}).{question}"


def _wrong_shape(wanted, got, case):
    expected, found = numbers(wanted.value), numbers(got.value)
    if expected is None or found is None or expected.shape == found.shape:
        return None
    text = f"{case}, the result has shape {found.shape} instead of {expected.shape}."
    if found.size == expected.size and np.all(close(expected.ravel(), found.ravel())):
        axis_lost = found.ndim < expected.ndim
        return f"{text} The numbers are right, " + (
            "but an axis was lost: did a sum or a mean drop it?" if axis_lost else "but not their arrangement."
        )
    return text


def _not_finite(wanted, got):
    expected, found = numbers(wanted.value), numbers(got.value)
    if found is None or np.all(np.isfinite(found)):
        return None
    if isinstance(wanted.value, str) or (expected is not None and np.all(np.isfinite(expected))):
        what = "NaN (not a number)" if np.isnan(found).any() else "infinity"
        return (
            f"In the case '{got.label}', it gives {what}. Which step overflows, or divides by 0, or takes the log of 0?"
        )
    return None


def _wrong_property(wanted, got):
    """Return a hint on the first part of a result that is not as it should be, or None."""
    key = _first_key(wanted, got)
    if key is None:
        return None
    expected, found, case = _first_part(wanted, got, "")
    if isinstance(found.value, str) and not isinstance(expected.value, str):
        return f"{found.value} (Case: {got.label}.)"
    if key not in PROPERTIES:
        if text := _wrong_type(expected, found):
            return f"In '{key}': {text}"
        return _wrong_shape(expected, found, case)
    shapes, right = (
        ", ".join(f"{name} {shape}" for name, shape in one.value.items()) if key == "shapes" else ""
        for one in (found, expected)
    )
    sizes = {"wanted": _sizes(wanted.value), "got": _sizes(got.value)}
    text = PROPERTIES[key].format(**sizes, shapes=shapes, right=right)
    if key == "parameters" and agree(wanted.value["velocities"], got.value["velocities"]):
        text = "The velocities are right, but the parameters have not moved by them. By what do they move?"
    return f"{text} (Case: {got.label}.)"


def _first_key(wanted, got):
    """Return the name of the first part that differs if two results are in parts, or None."""
    is_in_parts = isinstance(wanted.value, dict) and isinstance(got.value, dict)
    return first_difference([(wanted, got)]) if is_in_parts else None


def _first_part(wanted, got, case):
    """Return both observations of the first part that differs, and the case in words; as they are if not in parts."""
    key = _first_key(wanted, got)
    if key is None:
        return wanted, got, case
    return *(replace(one, value=part(one.value, key)) for one in (wanted, got)), f"In '{key}' (case: {got.label})"


def first_difference(pairs):
    """Return the first property that differs in a pair of observations that are dicts, or None."""
    keys = dict.fromkeys(key for expected, _ in pairs for key in expected.value)
    differ = (
        key
        for key in keys
        for expected, got in pairs
        if key in expected.value and not agree(expected.value[key], got.value.get(key))
    )
    return next(differ, None)


def part(value, key):
    """Return a part of a result, a dict. If it is missing, the first part is there instead, and says why."""
    return value.get(key, next(iter(value.values()), None))


def _sizes(value):
    """Return the sizes of batches as text."""
    return ", ".join(f"{size:g}" for size in np.ravel(value.get("sizes", []))[:6]) or "no"


def _depends_on_others(name, answer):
    """Return a hint if a sample's result depends on the other samples in its batch, or None."""
    if not QUESTIONS[name].rowwise:
        return None
    for label, arguments in QUESTIONS[name].cases(exercise_rng(name)).items():
        if len(arguments[0]) < 2:
            continue
        alone = [arguments[0][:1], *arguments[1:]]
        try:
            with quiet(io.StringIO(), []):
                of_all, of_one = (numbers(snapshot(answer(*copy.deepcopy(given)))) for given in (arguments, alone))
        except KeyboardInterrupt:
            raise
        except BaseException:  # a single sample may be unexpected input; its failure says nothing here
            return None
        if of_all is None or of_one is None or of_all.ndim == 0 or of_one.shape != of_all[:1].shape:
            return None
        if not np.all(close(of_all[:1], of_one)):
            return f"The result for a sample depends on the other samples (case: {label}). It should not."
    return None


def _where(wanted, got):
    """Return a hint if only one row or column of an array is right, or None."""
    expected, found = numbers(wanted.value), numbers(got.value)
    if expected is None or expected.ndim != 2 or not close(expected, found).any():
        return None
    right = close(expected, found)
    for word, lines in (("row", right), ("column", right.T)):
        whole = lines.all(axis=1)
        if len(lines) > 1 and np.count_nonzero(whole) == 1 and not lines[~whole].any():
            return f"Only {word} {np.argmax(whole)} is right (case: {got.label}); the others are not."
    return None


def _in_numbers(wanted, got, case):
    """Return the first number that is wrong in a case, beside the right one."""
    if isinstance(wanted.value, list) and isinstance(got.value, list | tuple):
        if len(wanted.value) != len(got.value):
            items = "1 item" if len(got.value) == 1 else f"{len(got.value)} items"
            return f"{case}, it gives {items} instead of {len(wanted.value)}."
        pairs = zip(wanted.value, got.value, strict=True)
        number, (item, its) = next((i, pair) for i, pair in enumerate(pairs) if not agree(*pair))
        return _in_numbers(replace(wanted, value=item), replace(got, value=its), f"{case}, item {number}")
    expected, found = numbers(wanted.value), numbers(got.value)
    if isinstance(wanted.value, str) and found is not None and found.ndim == 0:
        return f"{case}, it gives {found:.6g}; the right result is a {wanted.value} number."
    if expected is None or found is None or expected.shape != found.shape:
        return f"{case}, the result is not what it should be."
    right = np.atleast_1d(close(expected, found))
    index = tuple(int(i) for i in np.argwhere(~right)[0][: expected.ndim])
    place = f" at {list(index)}" if index else ""
    are = "is" if np.count_nonzero(right) == 1 else "are"
    share = f"{np.count_nonzero(right)} of {right.size} numbers {are} right; " if right.size > 1 else ""
    return f"{case}, {share}it gives {found[index]:.6g}{place} instead of {expected[index]:.6g}."
