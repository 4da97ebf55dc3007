"""Pairs of students whose answers are alike beyond chance, for a person to judge.

Layout, comments, docstrings, annotations and the names of variables and imports are normalised first. Most right
answers to a two-line exercise are the same for everybody. An answer therefore counts only if few in the class gave it,
and counts more the fewer they are and the longer it is. The threshold for listing a pair follows from the class itself.

Suppose that all work alone and draw an answer to exercise e at random, with the shares p of this class. Two students
then share a weight T, the sum of the weights w of the exercises in which both drew alike. For any s > 0 (Chernoff),

    P(T >= t) <= exp(-s t) * product over e of (1 + sum over answers a of p(a) q(a) (exp(s w(a)) - 1)),

where q(a) is the share of the class whose answer is a or nearly a. A pair is listed if this bound, for the best s, is
below FALSE_ALARMS divided by n (n - 1) / 2, the number of pairs of n students. Fewer than FALSE_ALARMS pairs are then
expected by chance. An answer that two share has p q of at least 1 / n², so one exercise alone never lists a pair.

The bound ignores friends who learn from one page, and habits that run through all answers of a student. Therefore a
person judges, and common answers do not count. A student who copies only common answers is not found.

References
----------
S. Schleimer, D. S. Wilkerson, A. Aiken: Winnowing: local algorithms for document fingerprinting. SIGMOD 2003. It is the
source of k-grams without names and of leaving out common ones; answers are short, so all others are kept.
"""

import ast
import math
import re
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mlp_helpers.course.cells import TEXT_HERE, is_marker, placeholder

FALSE_ALARMS = 0.05  # at most, in pairs per class if everybody works alone: one class in 20
COMMON_SHARE = 0.1  # of those who answered: an answer that more of them gave does not count
FULL_LENGTH_TOKENS = 30  # about three lines; a shorter answer counts proportionally less
K = 5  # tokens in a k-gram
MIN_RARE_KGRAMS = 10  # in an answer, for it to be considered nearly equal to another
MIN_SHARE_IN_BOTH = 0.6  # Jaccard index of the rare k-grams of two nearly equal answers
MAX_ANSWER_CHARACTERS = 100_000  # without comment lines; the rest is not read
MAX_TOKENS = 2_000  # for k-grams
IMPORTED = {"np": "numpy", "mlp": "mlp_helpers"}  # in the notebooks' set-up cells
BLANK_OR_COMMENT = re.compile(r"^[ \t]*([%!#].*)?\n", re.MULTILINE)  # a blank line, a comment, or an IPython command
TOKEN = re.compile(r"\w+|[^\w\s]")
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)  # a student's cell may hold anything


@dataclass(frozen=True)
class Pair:
    """Two students whose answers are alike beyond chance.

    Attributes
    ----------
    students : tuple of (str, str)
        Sorted.
    items : list of str
        The exercises whose answers are alike and rare, the most significant first.
    score : float
        Fewer than one in 10**score pairs who work alone is expected to be this much alike.
    """

    students: tuple
    items: list
    score: float


def similar(answers, solutions=None):
    """Return the pairs of students whose answers are alike beyond chance.

    Parameters
    ----------
    answers : dict from str to dict from str to str
        The source of the student's cell, by student and exercise. Exercises without an answer may be missing.
    solutions : dict from str to str, optional
        The source's answer cells, by exercise. An answer equal to one, or to the placeholder, does not count.

    Returns
    -------
    list of Pair
        The most surprising first.
    """
    by_exercise = defaultdict(dict)
    for student in sorted(answers):
        for name, text in answers[student].items():
            by_exercise[name][student] = text
    exercises = [_Exercise(name, given, (solutions or {}).get(name)) for name, given in sorted(by_exercise.items())]
    shared = defaultdict(list)  # by pair: (weight, exercise)
    for exercise in exercises:
        for pair, weight in exercise.alike():
            shared[pair].append((weight, exercise.name))
    return _beyond_chance(shared, exercises, len(answers))


def _beyond_chance(shared, exercises, n_students):
    """Return a `Pair` for each pair whose weight passes the threshold of the module's docstring."""
    n_pairs = n_students * (n_students - 1) / 2
    if not shared:
        return []
    speeds = np.geomspace(0.05, 20, 200)
    logs = sum(np.log1p(exercise.excess(speeds)) for exercise in exercises)
    needed = math.log(n_pairs / FALSE_ALARMS)
    best = np.argmin((needed + logs) / speeds)
    found = []
    for students, weights in shared.items():
        surprise = speeds[best] * sum(weight for weight, _ in weights) - logs[best]
        if surprise >= needed:
            names = [name for _, name in sorted(weights, key=lambda pair: (-pair[0], pair[1]))]
            found.append(Pair(students, names, round(float(surprise) / math.log(10), 6)))
    return sorted(found, key=lambda pair: (-pair.score, pair.students))


class _Exercise:
    """Answers of a class to an exercise: `students` by the normal form of their answer."""

    def __init__(self, name, given, solution):
        self.name = name
        ordinary = {"", *_ordinary(name, solution)}
        self.students, read = defaultdict(list), {}
        for student, text in given.items():
            if text not in read:
                read[text] = normal_form(text, name)
            if read[text]:
                self.students[read[text]].append(student)
        self.n_answered = sum(map(len, self.students.values()))
        self.many = max(2, COMMON_SHARE * self.n_answered)
        rare = [answer for answer, who in self.students.items() if answer not in ordinary and len(who) <= self.many]
        self.nearness = self._near(rare, ordinary)
        self.n_alike = {answer: len(self.students[answer]) for answer in rare}
        for one, other in self.nearness:
            self.n_alike[one] += len(self.students[other])
            self.n_alike[other] += len(self.students[one])
        self.weights = {answer: self._weight(answer) for answer in rare}

    def _weight(self, answer):
        """Return the weight of a shared answer, from the number of others with a like answer and from its length.

        The two who share it count as one author, as they are if one of them copied.
        """
        n_alike = max(2, self.n_alike[answer])
        if n_alike > self.many:
            return 0.0
        others = max(1, self.n_answered - 1)
        return math.log(others / (n_alike - 1)) * min(1, len(TOKEN.findall(answer)) / FULL_LENGTH_TOKENS)

    def _near(self, rare, ordinary):
        """Return the Jaccard index of the rare k-grams of each two rare answers, where it is high."""
        grams = {answer: _grams(answer) for answer in self.students}
        counts = Counter(gram for answer, found in grams.items() for gram in found for _ in self.students[answer])
        common = set().union(*map(_grams, ordinary))
        holders = defaultdict(list)
        n_rare = {}
        for answer in rare:
            telling = [gram for gram in grams[answer] if counts[gram] <= self.many and gram not in common]
            n_rare[answer] = len(telling)
            if len(telling) >= MIN_RARE_KGRAMS:
                for gram in telling:
                    holders[gram].append(answer)
        both = Counter(pair for group in holders.values() for pair in combinations(group, 2))
        indices = {(a, b): n / (n_rare[a] + n_rare[b] - n) for (a, b), n in both.items()}
        return {pair: index for pair, index in indices.items() if index >= MIN_SHARE_IN_BOTH}

    def alike(self):
        """Yield each pair of students whose answers are alike and rare, and the weight of that."""
        for answer, weight in self.weights.items():
            if weight > 0:
                for one, other in combinations(self.students[answer], 2):
                    yield (one, other), weight
        for (answer, near), index in self.nearness.items():
            weight = index * min(self.weights[answer], self.weights[near])
            if weight > 0:
                for one in self.students[answer]:
                    for other in self.students[near]:
                        yield tuple(sorted((one, other))), weight

    def excess(self, speeds):
        """Return, for each s of the module's docstring, the exercise's sum over the answers."""
        total = np.zeros(len(speeds))
        for answer, weight in self.weights.items():
            chance = len(self.students[answer]) * self.n_alike[answer] / self.n_answered**2
            total += chance * np.expm1(speeds * weight)
        return total


def _ordinary(name, solution):
    """Return the normal forms of a solution and of its placeholder."""
    if solution is None:
        return []
    if not any(map(is_marker, solution.splitlines())):
        return [normal_form(text, name) for text in (solution, TEXT_HERE)]
    return [normal_form(text, name) for text in (solution, placeholder(solution, name))]


def _grams(answer):
    """Return the set of k-grams of a normal form's tokens, with one name for all variables."""
    tokens = TOKEN.findall(re.sub(r"\bv\d+\b", "v", answer))[:MAX_TOKENS]
    return {tuple(tokens[start : start + K]) for start in range(len(tokens) - K + 1)}


def normal_form(text, name):
    """Return an answer without what may differ between copies: layout, comments, docstrings, names of variables.

    Parameters
    ----------
    text : str
        A cell's source. Invalid Python is reduced to its tokens, an empty answer to "".
    name : str
        Name of the exercise. The function or class of this name keeps it.
    """
    text = BLANK_OR_COMMENT.sub("", text)[:MAX_ANSWER_CHARACTERS]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about invalid escapes in strings
            tree = ast.parse(text)
        nodes = list(ast.walk(tree))
        imported = _imported(nodes)
        for node in nodes:
            _strip(node)
        nodes = list(ast.walk(tree))
        given = dict.fromkeys(filter(None, map(_name_given, nodes)))  # in the order of first occurrence
        given.pop(name, None)
        new = imported | {old: f"v{number}" for number, old in enumerate(given)}
        for node in nodes:
            _rename(node, new, given)
        return ast.unparse(tree)
    except UNREADABLE:
        return " ".join(TOKEN.findall(re.sub(r"#.*", "", text)))


def _strip(node):
    """Remove annotations from a node, and statements such as docstrings, `pass` and imports."""
    for field in ("annotation", "returns"):
        if hasattr(node, field) and not isinstance(node, ast.AnnAssign):
            setattr(node, field, None)
    for field in ("body", "orelse", "finalbody"):
        if isinstance(statements := getattr(node, field, None), list):
            setattr(node, field, [_unannotated(statement) for statement in statements if not _is_idle(statement)])


def _is_idle(node):
    """Return whether a statement has no effect, or none that is not visible elsewhere."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    is_declaration = isinstance(node, ast.AnnAssign) and node.value is None
    return is_declaration or isinstance(node, ast.Pass | ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal)


def _unannotated(node):
    """Return a statement; an annotated assignment becomes a plain one."""
    return ast.Assign([node.target], node.value, lineno=node.lineno) if isinstance(node, ast.AnnAssign) else node


def _name_given(node):
    """Return the name that a node binds, with a dot before it if it is an attribute's; None if it binds none."""
    if isinstance(node, ast.Name):
        return None if isinstance(node.ctx, ast.Load) else node.id
    if isinstance(node, ast.Attribute):
        return None if isinstance(node.ctx, ast.Load) else f".{node.attr}"
    return node.arg if isinstance(node, ast.arg) else getattr(node, "name", None)


def _imported(nodes):
    """Return the full names of a cell's and the notebooks' imports, a dict from str to str."""
    found = dict(IMPORTED)
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _rename(node, new, given):
    """Rename the names in a node; keywords only in calls of functions whose name is in `given`."""
    if isinstance(node, ast.Name):
        node.id = new.get(node.id, node.id)
    elif isinstance(node, ast.Attribute):
        node.attr = new.get(f".{node.attr}", node.attr)
    elif isinstance(node, ast.arg):
        node.arg = new.get(node.arg, node.arg)
    elif isinstance(getattr(node, "name", None), str):
        node.name = new.get(node.name, node.name)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in given:
        for keyword in node.keywords:
            keyword.arg = new.get(keyword.arg, keyword.arg)
