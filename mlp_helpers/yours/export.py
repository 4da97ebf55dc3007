"""The student's network as a file that needs NumPy alone: answers in reading order, and the least glue.

Of the notebooks only what the network needs is taken: definitions that it uses, that these use, and so on. Set-up cells
give what the course gives.
"""

import ast
import builtins
import cProfile
import pstats
import re
import symtable
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mlp_helpers.course.cells import BEGIN, END, HINT, is_answer
from mlp_helpers.services.files import replacing
from mlp_helpers.services.threads import limited_blas
from mlp_helpers.yours import answers

ROOTS = ("Network", "sgd_epoch")  # which the glue calls
PACKAGE = "mlp_helpers"
N_EPOCHS = 8
TRIED = 640  # samples, to learn how fast a network is
SLOW = 60  # seconds of processor time from which on a slow part is named
CODE = "the program"  # name of its file while it is tried
OF_GLUE = ("idx", "main")
ONE_THREAD = 'os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the products are small'
HEAD = '"""A multi-layer perceptron in NumPy; `python {file} data` trains it on the files of MNIST."""\n'
GLUE = '''# --- glue ---
def idx(path):
    """Return the array in a file of MNIST."""
    with gzip.open(path) as file:
        content = file.read()
    shape = np.frombuffer(content, ">i4", content[3], offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def main(folder="data", seed=0, n_epochs={n_epochs}):
    """Train on 50,000 digits; after each epoch print the error on 10,000 others."""
    images = idx(f"{folder}/train-images-idx3-ubyte.gz")
    labels = idx(f"{folder}/train-labels-idx1-ubyte.gz")
    X, Y = images.reshape(len(images), -1) / np.float32(256), np.eye(10)[labels]
    rng = np.random.default_rng(int(seed))
    network = Network((784, 80, 70, 10), ("relu", "tanh", "linear"), rng)
    for epoch in range(int(n_epochs)):
        rate = 0.3 * (1 - epoch / int(n_epochs))
        sgd_epoch(network, X[:50_000], Y[:50_000], rate, 64, rng)
        is_wrong = network.predict(X[50_000:]).argmax(axis=1) != labels[50_000:]
        print(f"epoch {epoch}: validation error {is_wrong.mean():.2%}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
'''


class NotReady(ValueError):
    """There is no file to write yet; `reasons` says why, a list of str."""

    def __init__(self, reasons):
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass
class Piece:
    """A statement at the top of a cell, with the comments above it.

    Attributes
    ----------
    source : str
    node : ast.stmt
    is_own : bool
        Whether it stands in an answer cell.
    is_taken : bool
        Whether the network needs it.
    defines, uses : set of str
        Names that it defines or changes, and that it takes from around it.
    """

    source: str
    node: ast.stmt
    is_own: bool
    defines: set
    uses: set
    is_taken: bool = False


@dataclass
class Notebook:
    """The pieces of a saved notebook in their order, and its answers."""

    path: object
    pieces: list
    answers: dict

    def defining(self, name):
        """Return the pieces that define or change a name, a list; of definitions, the last one alone."""
        found = [piece for piece in self.pieces if name in piece.defines]
        whole = [piece for piece in found if isinstance(piece.node, ast.FunctionDef | ast.ClassDef)]
        return [piece for piece in found if piece not in whole[:-1]]


def exported(file="my_mlp.py"):
    """Return the text of a program that trains the student's network, from the notebooks of the working folder.

    Parameters
    ----------
    file : str, optional
        Its name, which it says in its first lines.

    Raises
    ------
    NotReady
        An answer that the network needs is missing or not right, or uses the package.
    """
    export = _Export()
    for name in ROOTS:
        if (home := export.home(name)) is None:
            export.reasons[f"`{name}`: no notebook in this folder has a cell for it"] = True
        else:
            export.take(home, name)
    if export.reasons:
        raise NotReady(list(export.reasons))
    return export.text(file)


def write(path, replace=False):
    """Write the program of the student's network; return its seconds here, undisturbed, and its slow part.

    Parameters
    ----------
    path : path
    replace : bool, optional
        Whether a file that is there may be lost.

    Returns
    -------
    seconds : float
    slow : str
        Name of the function or class that takes most of a long training, else "".

    Raises
    ------
    FileExistsError
        There is one.
    NotReady
        See `exported`.
    """
    path = Path(path)
    if path.exists() and not replace:
        raise FileExistsError(f"{path} is there already, and is kept; --replace writes a new one in its place")
    text = exported(path.name)
    tried = _seconds(text)
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return tried


def _seconds(text):
    """Return how long a program will train here, from a few of its steps, and what takes most of a long training."""
    space, rng = {"__name__": "tried"}, np.random.default_rng(0)
    X, Y = rng.random((TRIED, 784), np.float32), np.eye(10)[rng.integers(10, size=TRIED)]
    try:
        exec(compile(text, CODE, "exec"), space)
        network = space["Network"]((784, 80, 70, 10), ("relu", "tanh", "linear"), rng)
        with limited_blas(1):
            began = time.thread_time()  # of the processor: on a busy machine the clock goes on for others
            space["sgd_epoch"](network, X, Y, 0.1, 64, rng)
            network.predict(X[: TRIED // 5])
            seconds = (time.thread_time() - began) * N_EPOCHS * 50_000 / TRIED
            if seconds <= SLOW:
                return seconds, ""
            profile = cProfile.Profile()
            profile.runcall(space["sgd_epoch"], network, X, Y, 0.1, 64, rng)
    except Exception as error:
        raise NotReady([f"the program stops: {type(error).__name__}: {error}"]) from error
    return seconds, _slowest(text, profile)


def _slowest(text, profile):
    """Return the name of the function or class of a program in whose own lines most of the time was spent."""
    spent = {place: figures[2] for place, figures in pstats.Stats(profile).stats.items() if place[0] == CODE}
    _, line, _ = max(spent, key=spent.get)
    found = (node for node in ast.parse(text).body if node.lineno <= line <= node.end_lineno)
    return getattr(next(found), "name", "")  # a lambda may stand in an assignment


def _pieces(cell):
    """Return the imports, definitions and assignments of a cell, a list of `Piece`; [] if it has no valid syntax."""
    source = "\n".join(line for line in cell.source.split("\n") if line.strip() not in (BEGIN, END, HINT))
    try:
        nodes = ast.parse(source).body
    except SyntaxError:
        return []
    lines, pieces = source.split("\n"), []
    for node in nodes:
        if isinstance(node, answers.RUN):
            first = min(one.lineno for one in (node, *getattr(node, "decorator_list", ()))) - 1
            while first > 0 and lines[first - 1].startswith("#"):
                first -= 1
            text = "\n".join(lines[first : node.end_lineno])
            pieces.append(Piece(text, node, is_answer(cell), _defined(node), _used(text)))
    return pieces


def _defined(node):
    """Return the names that a statement defines, or changes as `SLOPES["relu"] = …` does."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return set().union(*map(_bound, node.names))
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}


def _bound(alias):
    """Return the names that an import binds, a set of one."""
    return {alias.asname or alias.name.partition(".")[0]}


def _used(source):
    """Return the names that a piece of code takes from around it, a set."""
    tables, found = [symtable.symtable(source, "piece", "exec")], set()
    for table in tables:
        tables += table.get_children()
        is_top = table.get_type() == "module"
        found |= {one.get_name() for one in table.get_symbols() if one.is_referenced() and (is_top or one.is_global())}
    return found


class _Export:
    """What is taken of notebooks so far, and why there can be no file, as the keys of a dict."""

    def __init__(self):
        self.notebooks, self.takers, self.reasons, self.imports = {}, {}, {}, set()

    def home(self, name):
        """Return the notebook with the answer of a name, or where the course gives it; None if there is none."""
        path, _ = answers.find(name)
        if path is None:
            return next((one for one in self.notebooks.values() if one.defining(name)), None)
        if path not in self.notebooks:
            pieces = [piece for cell in answers.cells_of(path) for piece in _pieces(cell)]
            self.notebooks[path] = Notebook(path, pieces, answers.read(path))
        return self.notebooks[path]

    def take(self, notebook, name):
        """Take the pieces that define a name in a notebook, and all that these use."""
        answer = notebook.answers.get(name)
        if answer is not None and answer.trouble:
            self.reasons[f"`{name}` in {notebook.path.name}: {answer.trouble}"] = True
            return
        if self.takers.setdefault(name, notebook) is not notebook:
            both = " and ".join(sorted(one.path.name for one in (self.takers[name], notebook)))
            self.reasons[f"`{name}` is defined in {both}: rename one of them"] = True
        if name in OF_GLUE:
            self.reasons[
                f"`{name}` in {notebook.path.name}: the program has a part of that name, too; rename yours"
            ] = True
        for piece in notebook.defining(name):
            if not piece.is_taken:
                piece.is_taken = True
                for reason in self._take_all(notebook, piece):
                    self.reasons[f"`{min(piece.defines)}` in {notebook.path.name}: it {reason}"] = True

    def _take_all(self, notebook, piece):
        """Take all that a piece uses; yield why something cannot be taken."""
        for node in ast.walk(piece.node):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for alias in node.names:
                    yield from self._take_import(piece, node, alias, "")
        for name in sorted(piece.uses - piece.defines):
            sources = notebook.defining(name)
            if not sources and name in notebook.answers:
                self.take(notebook, name)
            elif not sources and not hasattr(builtins, name):
                yield f"uses `{name}`, which no cell of the notebook defines or imports by its name"
            for source in sources:
                if isinstance(source.node, ast.Import | ast.ImportFrom):
                    (alias,) = [one for one in source.node.names if name in _bound(one)]
                    yield from self._take_import(piece, source.node, alias, name)
                else:
                    self.take(notebook, name)

    def _take_import(self, piece, node, alias, name):
        """Take an imported name, or the student's own in place of one of the package; yield why it cannot be taken.

        Without a name, the import stands inside of the piece.
        """
        is_whole = isinstance(node, ast.Import)
        root = (alias.name if is_whole else node.module or "").partition(".")[0]
        if root in sys.stdlib_module_names or root == "numpy":
            if name:
                self.imports.add(
                    ast.unparse(ast.Import([alias]) if is_whole else ast.ImportFrom(node.module, [alias], 0))
                )
        elif root != PACKAGE or not name:
            yield f"needs {root}, not NumPy alone"
        else:
            asked = {f"{name}.{one}": one for one in _attributes(piece.node, name)} if is_whole else {name: alias.name}
            for written, own in asked.items():
                if (home := self.home(own)) is None:
                    yield f"uses the package's {written}"
                else:
                    piece.source = re.sub(rf"\b{re.escape(written)}\b", own, piece.source)
                    self.take(home, own)

    def text(self, file):
        """Return the whole file."""
        self.imports |= {"import gzip", "import os", "import sys", "import numpy as np"}
        is_numpy = {line: line.split()[1].partition(".")[0] == "numpy" for line in self.imports}
        groups = [sorted(line for line in self.imports if is_numpy[line] == wanted) for wanted in (False, True)]
        imports = "\n".join(groups[0]), "", ONE_THREAD, "", "\n".join(groups[1])
        blocks, before = [], None
        for path in sorted(self.notebooks):
            for piece in self.notebooks[path].pieces:
                if piece.is_taken:
                    place = f"# --- {path.stem}, {'my answers' if piece.is_own else 'given'} ---\n"
                    blocks.append((place if place != before else "") + piece.source)
                    before = place
        return "\n\n\n".join(
            ["\n".join([HEAD.format(file=file), *imports]), *blocks, GLUE.replace("{n_epochs}", str(N_EPOCHS))]
        )


def _attributes(node, name):
    """Return the attributes that code takes of a name, such as minibatches of `mlp.minibatches`, sorted."""
    found = [one for one in ast.walk(node) if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name)]
    return sorted({one.attr for one in found if one.value.id == name})
