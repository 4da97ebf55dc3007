"""Pairs of students whose answers are alike beyond chance, for a person to judge.

Layout, comments, docstrings, annotations and the names of variables and imports are undone first. Most right answers to
a two-line exercise are the same for everybody, so an answer counts only where few in the class gave it: the more, the
fewer they are and the longer it is. How much must come together before a pair is listed follows from the class itself.

Let everybody work alone, and draw an answer to exercise e by chance with the shares p of this class. Two students then
share a weight T, the sum of the weights w of the exercises in which both drew alike, and for any s > 0 (Chernoff)

    P(T >= t) <= exp(-s t) * product over e of (1 + sum over answers a of p(a) q(a) (exp(s w(a)) - 1)),

where q(a) is the share of the class whose answer is a or nearly a. Among n students there are n (n - 1) / 2 pairs, so
where this bound, for the best s, is below FALSE_ALARMS / (n (n - 1) / 2), less than FALSE_ALARMS pairs are listed by
chance in such a class. An answer that two share has p q of at least 1 / n², so one exercise alone never lists a pair.

What the bound does not know: friends who learn from one page, and habits that go through all answers of a student.
Therefore a person judges, and what many share counts nothing. Whoever copies only what many wrote is not found.

References
----------
S. Schleimer, D. S. Wilkerson, A. Aiken: Winnowing: local algorithms for document fingerprinting. SIGMOD 2003. From
there come the k-grams without names, and that common ones are left out; answers are short, so all others are kept.
"""

import ast
import math
import re
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mlp_helpers.course.cells import TEXT_HERE, answered_by, is_marker, stand_in

FALSE_ALARMS = 0.05  # pairs a class, at most, where everybody works alone: one class in 20
COMMON_SHARE = 0.1  # of those who answered: what more than these gave, counts nothing
FULL_LENGTH_TOKENS = 30  # tokens, some three lines; a shorter answer counts less, in proportion
K = 5  # tokens in a row
MIN_RARE_KGRAMS = 10  # rare k-grams in an answer that is to be found nearly equal to another
MIN_SHARE_IN_BOTH = 0.6  # share of the rare k-grams of two answers that is in both
MAX_ANSWER_CHARACTERS = 100_000  # characters that are read, apart from comments
MAX_TOKENS = 2_000  # tokens that k-grams are made of
IMPORTED = {"np": "numpy", "mlp": "mlp_helpers"}  # in the notebooks' set-up cells
ALONE = re.compile(r"^[ \t]*([%!#].*)?\n", re.MULTILINE)  # nothing, a comment, or what IPython alone understands
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
        The exercises whose answers are alike and rare, the most telling first.
    score : float
        Of 10**score pairs who work alone, less than one is expected to be so much alike.
    """

    students: tuple
    items: list
    score: float


def similar(answers, solutions=None):
    """Return the pairs of students whose answers are alike beyond chance.

    Parameters
    ----------
    answers : dict from str to dict from str to str
        By student and exercise: the source of the student's cell. Exercises without an answer may be missing.
    solutions : dict from str to str, optional
        The source's answer cells, by exercise. An answer that is the same, or the placeholder, counts nothing.

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
    """What a class answered to an exercise.

    Attributes
    ----------
    students : dict from str to list of str
        Who gave it, by answer: a normal form.
    nearness : dict from (str, str) to float
        Of two rare answers that are nearly equal.
    """

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
        """Return how much it counts if two share an answer: by how many others gave the like, and by its length.

        The two count as one, since that is what they are if one of them copied.
        """
        n_alike = max(2, self.n_alike[answer])
        if n_alike > self.many:
            return 0.0
        others = max(1, self.n_answered - 1)
        return math.log(others / (n_alike - 1)) * min(1, len(TOKEN.findall(answer)) / FULL_LENGTH_TOKENS)

    def _near(self, rare, ordinary):
        """Return how near rare answers are to each other, the Jaccard index of their rare k-grams, where it is high."""
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
    """Return the normal forms of a solution and of the placeholder that was released in its place."""
    if solution is None:
        return []
    if not any(map(is_marker, solution.splitlines())):
        return [normal_form(text, name) for text in (solution, TEXT_HERE)]
    return [normal_form(text, name) for text in (solution, answered_by(solution, [stand_in(solution, name)]))]


def _grams(answer):
    """Return the k-grams of the tokens of a normal form, a set, where all variables have one name."""
    tokens = TOKEN.findall(re.sub(r"\bv\d+\b", "v", answer))[:MAX_TOKENS]
    return {tuple(tokens[start : start + K]) for start in range(len(tokens) - K + 1)}


def normal_form(text, name):
    """Return an answer without what may differ between copies: layout, comments, docstrings, names of variables.

    Parameters
    ----------
    text : str
        A cell's source. What is no Python is reduced to its tokens; "" stands for nothing at all.
    name : str
        Of the exercise. The function of this name keeps it.
    """
    text = ALONE.sub("", text)[:MAX_ANSWER_CHARACTERS]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in strings
            tree = ast.parse(text)
        nodes = list(ast.walk(tree))
        imported = _imported(nodes)
        for node in nodes:
            _strip(node)
        nodes = list(ast.walk(tree))
        given = dict.fromkeys(filter(None, map(_name_given, nodes)))  # in the order of their first place
        given.pop(name, None)
        new = imported | {old: f"v{number}" for number, old in enumerate(given)}
        for node in nodes:
            _rename(node, new, given)
        return ast.unparse(tree)
    except UNREADABLE:
        return " ".join(TOKEN.findall(re.sub(r"#.*", "", text)))


def _strip(node):
    """Take out of a node what does nothing: annotations, and statements such as docstrings, `pass` and imports."""
    for field in ("annotation", "returns"):
        if hasattr(node, field) and not isinstance(node, ast.AnnAssign):
            setattr(node, field, None)
    for field in ("body", "orelse", "finalbody"):
        if isinstance(statements := getattr(node, field, None), list):
            setattr(node, field, [_unannotated(statement) for statement in statements if not _is_idle(statement)])


def _is_idle(node):
    """Return whether a statement does nothing, or nothing that is not seen elsewhere."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    is_declaration = isinstance(node, ast.AnnAssign) and node.value is None
    return is_declaration or isinstance(node, ast.Pass | ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal)


def _unannotated(node):
    """Return a statement, an assignment without its annotation."""
    return ast.Assign([node.target], node.value, lineno=node.lineno) if isinstance(node, ast.AnnAssign) else node


def _name_given(node):
    """Return the name that a node gives to something, None where it gives none."""
    if isinstance(node, ast.Name):
        return None if isinstance(node.ctx, ast.Load) else node.id
    return node.arg if isinstance(node, ast.arg) else getattr(node, "name", None)


def _imported(nodes):
    """Return what the names stand for that a cell imports and that the notebooks import, a dict from str to str."""
    found = dict(IMPORTED)
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _rename(node, new, given):
    """Give the names in a node their new ones; of keywords, those of functions whose name is given here."""
    if isinstance(node, ast.Name):
        node.id = new.get(node.id, node.id)
    elif isinstance(node, ast.arg):
        node.arg = new.get(node.arg, node.arg)
    elif isinstance(getattr(node, "name", None), str):
        node.name = new.get(node.name, node.name)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in given:
        for keyword in node.keywords:
            keyword.arg = new.get(keyword.arg, keyword.arg)
