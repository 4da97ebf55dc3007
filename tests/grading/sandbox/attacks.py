"""Submissions that try to gain points without an answer, or to do harm, and the expected outcome of each.

An `Attack` is a student's cell. Each names the switch with which the tests disable the defence that it targets: then
the attack must succeed, or it would prove nothing. The switches are in `test_attacks`.
"""

from dataclasses import dataclass
from textwrap import indent

DONE = "did it"  # printed by an attack that runs to completion


@dataclass(frozen=True)
class Attack:
    """Malicious code in place of an answer."""

    name: str
    off: str  # the switch that disables the defence; "" where a test of its own does
    code: str = ""  # above the function in the answer cell
    body: str = ""  # of the function; "" leaves the right one
    exercise: str = "nearest_mean"
    first: str = ""  # code above the right answer to `flatten`, the first exercise of the notebook
    lost: bool = True  # whether the exercise's points must be lost; those of others never are
    said: str = ""  # the reported reason for stopping it; "" if it is not stopped or the reason does not matter

    def __str__(self):
        return self.name


NEAREST = "np.argmin([np.sum((X - mean) ** 2, axis=1) for mean in means], axis=0)"
WRONG = "return np.zeros(len(X), int)"

# Code that sends a message in the kernel's name.
SEND = (
    "kernel = get_ipython().kernel\ndef send(kind, content):\n"
    "    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())\n"
)
# Code that displays data as a check does.
DISPLAY = (
    "from IPython.display import display\nfrom mlp_helpers.checking import wire\n"
    "def show(data):\n    display({wire.MIME: data}, raw=True)\n"
    "def data_of(dtype, shape=(4,), content=bytes(32)):\n    import base64, json\n"
    "    array = {'array': [dtype, list(shape), base64.b64encode(content).decode()]}\n"
    "    labels = ['six samples', 'samples at the means', 'long and short means', 'near by squares']\n"
    "    return json.dumps({'parameters': None, 'observations': [[label, array, None] for label in labels]})\n"
)
# Code that reads the cells that run after it, and defines the function among them that the grader takes for right.
SEEN = """
seen = []
get_ipython().events.register('pre_run_cell', lambda info: seen.append(info.raw_cell))

def has_come():
    return [cell for cell in seen if 'def nearest_mean' in cell and 'BEG' 'IN SOL' in cell]

def reference():
    scope = {'np': np}
    exec(has_come()[0], scope)
    return scope['nearest_mean']

def observed():
    from mlp_helpers.checking import observations, wire
    from mlp_helpers.exercises import exercise
    return wire.encoded(observations.look(exercise('nearest_mean'), reference()), None)
"""

# The verdict is made outside of the kernel, and from values alone: code above the function, and its body.
VERDICTS = {
    "it prints the verdict": ("", f"print('✓ right')\n{WRONG}"),
    "it sends a verdict in the kernel's name": (
        "",
        f"{SEND}send('stream', {{'name': 'stdout', 'text': '✓ right\\n'}})\n"
        "send('status', {'execution_state': 'idle'})\nreturn None",
    ),
    "check is replaced": ('check = lambda *a: print("✓ right")', WRONG),
    "check is replaced in its module": (
        "import mlp_helpers\ncheck.__code__ = (lambda *a: print('✓ right')).__code__",
        WRONG,
    ),
    "NumPy is patched": ("np.all = np.allclose = np.array_equal = lambda *a, **k: True", WRONG),
    "the comparison is patched": (
        "from mlp_helpers.checking import observations\nobservations.agree = observations.close = lambda *a: True",
        WRONG,
    ),
    "isinstance is patched": (
        "class Equal:\n    __eq__ = lambda self, other: True\ncheck.__globals__['isinstance'] = lambda *a: True",
        "return Equal()",
    ),
    "stdout is replaced": (
        "import sys\nclass Out:\n    real = sys.stdout\n    flush = lambda self: self.real.flush()\n"
        "    write = lambda self, text: self.real.write('✓ right\\n')\n"
        "    __getattr__ = lambda self, name: getattr(self.real, name)\nsys.stdout = Out()",
        f"print()\n{WRONG}",
    ),
    "IPython's display of exceptions is patched": (
        "type(get_ipython()).showtraceback = lambda *a, **k: print('✓ right')",
        "raise SystemError",
    ),
    "what the kernel sends is patched": (
        "session = get_ipython().kernel.session\nreal = session.send\ndef send(stream, message, *more, **named):\n"
        "    if isinstance(message, dict) and message['msg_type'] == 'stream':\n"
        "        message['content']['text'] = '✓ right\\n'\n    return real(stream, message, *more, **named)\n"
        "session.send = send",
        f"print()\n{WRONG}",
    ),
    "the result equals everything": (
        "class Equal(np.ndarray):\n    __eq__ = lambda self, other: True",
        "return np.zeros(4).view(Equal)",
    ),
    "the result lies about its class": (
        "class Liar:\n    __class__ = np.ndarray\n    __eq__ = lambda self, other: True",
        "return Liar()",
    ),
    "it reads the frames that called it": (
        "",
        "import sys\nframe = sys._getframe(1)\nwhile frame:\n    for value in frame.f_locals.values():\n        "
        "if isinstance(value, np.ndarray) and value.shape == (len(X),):\n            return value\n"
        "    frame = frame.f_back",
    ),
}
# What holds answers is not inside of the sandbox: the exercise, and the function's body.
ABSENT = {
    "it looks through the garbage collector": (
        "nearest_mean",
        "import gc, importlib, contextlib\nwith contextlib.suppress(ImportError):\n"
        "    importlib.import_module('mlp_helpers.exercises.nearest_mean.answers')\n"
        "kept = [o.__dict__ for o in gc.get_objects() if type(o).__name__ == 'AnswerKey']\n"
        "right = [key['reference'] for key in kept]\n"
        "(answer,) = [one for one in right if getattr(one, '__name__', '') == '_nearest_mean']\n"
        "return answer(X, means)",
    ),
    "it imports the exercises": (
        "nearest_mean",
        "from mlp_helpers.exercises import exercise\nreturn exercise('nearest_mean').key.reference(X, means)",
    ),
    "it hands the todo of another exercise on": (
        "nearest_mean",
        "from mlp_helpers.checking.observations import asked\nasked.set(None)\n"
        "return mlp.todo('nearest_mean', X, means)",
    ),
    "it imports the library's own function": (
        "one_hot",
        "from mlp_helpers.data import one_hot as answer\nreturn answer(labels, n_classes)",
    ),
    "it reads the source on disk": (
        "minibatches",
        "import glob, re, sys\nfrom pathlib import Path\n"
        "places = ['/package', '/kernels', '/data', *sys.path, *(f'/proc/{n}/root' for n in (1, 2))]\n"
        "for place in places:\n    for path in glob.glob(f'{place}/mlp_helpers/data.py'):\n"
        "        text = re.search(r'def _minibatches\\(.*', Path(path).read_text(), re.S)[0]\n"
        "        scope = {'np': np}\n        exec('from __future__ import annotations\\n' + text, scope)\n"
        "        return (yield from scope['_minibatches'](X, Y, batch_size, rng))",
    ),
    "it reads compiled modules": (
        "minibatches",
        "import glob, marshal, types\nfrom pathlib import Path\n"
        "for path in glob.glob('/package/mlp_helpers/__pycache__/data.*.pyc'):\n"
        "    code = marshal.loads(Path(path).read_bytes()[16:])\n"
        "    (found,) = [c for c in code.co_consts if hasattr(c, 'co_name') and c.co_name == '_minibatches']\n"
        "    return (yield from types.FunctionType(found, {'np': np})(X, Y, batch_size, rng))",
    ),
}
# The same if a list of what is inside were one of what is not: bodies that read a file in the exercise's folder.
COMPILED = "exec(marshal.loads(path.read_bytes()[16:]), scope)"
IN_ITS_FOLDER = {
    "answers.py": "exec(path.read_text(), scope)\nreturn scope['KEY'].reference(X, means)",
    "__pycache__/answers.*.pyc": f"{COMPILED}\nreturn scope['KEY'].reference(X, means)",
    "variants.py": "exec(path.read_text(), scope)\nreturn scope['VARIANTS'][0](X, means)",
    "__pycache__/variants.*.pyc": f"{COMPILED}\nreturn scope['VARIANTS'][0](X, means)",
}
UNLISTED = {
    "it imports the answers of its exercise": "from mlp_helpers.exercises.nearest_mean.answers import KEY\n"
    "return KEY.reference(X, means)",
} | {
    f"it reads {name} in the folder of its exercise": "import marshal\nfrom pathlib import Path\n"
    "import mlp_helpers.exercises\n"
    f"(path,) = Path(*mlp_helpers.exercises.__path__, 'nearest_mean').glob('{name}')\n"
    f"scope = {{'__name__': 'found'}}\n{body}"
    for name, body in IN_ITS_FOLDER.items()
}
# The seed of a grading run is its own.
SEED = {
    "it displays known data": (f"{DISPLAY}check = lambda *a: show(FORMS[PUBLIC])", WRONG),
    "it chooses the seed": (
        "import os\nos.environ['MLP_COURSE_SEED'] = str(PUBLIC)\nanswers = iter(VALUES[PUBLIC])",
        "return next(answers)",
    ),
    "it has guessed some seeds, and looks which one it is": (
        "import os\nanswers = iter(VALUES.get(int(os.environ['MLP_COURSE_SEED']), ()))",
        "return next(answers)",
    ),
}
# The reference's answer comes when the verdict on its exercise has been made.
ORDER = {
    "it remembers the reference's answers": ("", "return reference()(X, means)"),
    "it has the reference's answer sent in the kernel's name": (
        f"{SEND}def check(name, answer):\n    from mlp_helpers.checking import wire\n"
        "    send('display_data', {'data': {wire.MIME: observed()}, 'metadata': {}})",
        WRONG,
    ),
    "it says that its check is over, and goes on": (
        f"{DISPLAY}{SEND}def check(name, answer):\n"
        "    show(observed()) if has_come() else send('status', {'execution_state': 'idle'})",
        WRONG,
    ),
}
FORGING = [
    *(Attack(name, "compared inside", *parts) for name, parts in VERDICTS.items()),
    *(Attack(name, "answers inside", "", body, exercise) for name, (exercise, body) in ABSENT.items()),
    *(Attack(name, "all but a few inside", "", body) for name, body in UNLISTED.items()),
    *(Attack(name, "seed known", *parts) for name, parts in SEED.items()),
    *(Attack(name, "reference first", *parts, first=SEEN) for name, parts in ORDER.items()),
]

# Code that looks for right answers in all files, compiled or not, whatever they are called. The student knows at home
# what is observed of them under the public seed: EXPECTED, with the names of their parameters, by exercise.
SEARCH = """
import builtins, contextlib, inspect, marshal, os, types
from importlib.util import MAGIC_NUMBER
from mlp_helpers.checking import observations, wire
from mlp_helpers.exercises import exercise

def files(top, without):
    for folder, inner, names in os.walk(top):
        inner[:] = [name for name in inner if os.path.join(folder, name) not in ("/proc", "/sys", "/dev", *without)]
        cached = {name.split(".")[0] for name in os.listdir(f"{folder}/__pycache__")} if "__pycache__" in inner else ()
        for name in names:
            if name.endswith(".pyc") or (name.endswith(".py") and name[:-3] not in cached):
                yield os.path.join(folder, name)

def defined(path, signatures):
    content = open(path, "rb").read()
    if not any(all(name.encode() in content for name in names) for names in signatures):
        return []
    is_compiled = content.startswith(MAGIC_NUMBER)
    scope = {"np": np, "__name__": "found", "__builtins__": builtins}
    with contextlib.suppress(Exception):
        code = marshal.loads(content[16:]) if is_compiled else compile(content, path, "exec")
        for one in code.co_consts:
            if isinstance(one, types.CodeType):
                with contextlib.suppress(Exception):
                    function = types.FunctionType(one, scope, one.co_name)
                    is_class = not one.co_flags & inspect.CO_NEWLOCALS
                    scope[one.co_name] = builtins.__build_class__(function, one.co_name) if is_class else function
        if b"mlp_helpers" in content:
            exec(code, scope)  # all but Python's own packages
    return [one for one in scope.values() if type(one) in (types.FunctionType, type)]

def has_parameters(function, names):
    try:
        return [*inspect.signature(function).parameters][: len(names)] == names
    except (TypeError, ValueError):
        return False

def is_right(name, function):
    try:
        expected, _ = wire.decoded(EXPECTED[name][0], list(exercise(name).cases()))
        return not observations.wrong_cases(expected, observations.observe(exercise(name), function))
    except BaseException:
        return False

def search(names, top="/", without=()):
    os.environ["MLP_COURSE_SEED"], seed = str(PUBLIC), os.environ["MLP_COURSE_SEED"]
    found = {}
    for path in files(top, without):
        for function in defined(path, [EXPECTED[name][1] for name in names]):
            for name in names:
                if name not in found and has_parameters(function, EXPECTED[name][1]) and is_right(name, function):
                    found[name] = function
    os.environ["MLP_COURSE_SEED"] = seed
    return found
"""
SEARCHING = Attack(
    "it searches all files for a right answer",
    "all but a few inside",
    SEARCH + "found = search(['nearest_mean'])\n",
    "return found['nearest_mean'](X, means)",
)

# Limits of what a kernel may take: the code, and the reported reason.
LIMITS = {
    "a fork bomb": (
        "import os, time\ntry:\n    for n in range(150):\n        if os.fork() == 0:\n            time.sleep(2)\n"
        "            os._exit(0)\n    print('did it')\nexcept BlockingIOError:\n    time.sleep(1.5)",
        "it took more than 400 MiB of memory",
    ),
    "memory": ("import numpy\nspace = numpy.empty(5 << 30, 'u1')\nprint('did it')", "MemoryError"),
    "one large file": (
        "import os\nwith open('large', 'wb') as file:\n    file.truncate(100 << 20)\nprint('did it')",
        "OSError",
    ),
    "too many open files": (
        "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (600, 600))\n"
        "files = [open('/dev/null') for _ in range(500)]\nprint('did it')\ndel files",
        "ValueError",
    ),
}
# The sandbox: code that raises an OSError there. TMP is replaced by a folder of the test, PORT by a port on which it
# listens, VICTIM by the id of one of its processes.
WALLS = {
    "it kills who began it": "import os, signal\nos.kill(VICTIM, signal.SIGTERM)",
    "it traces another process": (
        "import ctypes\nif ctypes.CDLL(None).ptrace(16, VICTIM, None, None) != 0:\n    raise OSError"
    ),
    "it writes outside": "open('TMP/written', 'w').close()",
    "it writes through a symbolic link": "import os\nos.symlink('TMP/written', 'link')\nopen('link', 'w').close()",
    "it puts a link in place of its connection file": "import os\nfor name in os.listdir('.'):\n"
    "    if name.endswith('.json'):\n        os.unlink(name)\n        os.symlink('TMP/secret', name)\n"
    "open('TMP/secret').read()",
    "it reads what is not its own": "open('TMP/secret').read()",
    "it reads a file of the system": "open('/etc/passwd').read()",
    "it reads the variables of who began it": "import contextlib, os\nfound = list(os.environ)\n"
    "for pid in (1, os.getppid()):\n    with contextlib.suppress(OSError):\n"
    "        found.append(open(f'/proc/{pid}/environ').read())\n"
    "if 'MLP_SECRET' not in ''.join(found):\n    raise OSError",
    "it connects to the network": "import socket\nsocket.create_connection(('127.0.0.1', PORT), 1).close()",
    "it becomes root in a namespace of its own": "import ctypes, os\nif os.fork() == 0:\n"
    "    os._exit(0 if ctypes.CDLL(None).unshare(0x10020000) == 0 else 1)\nif os.wait()[1] != 0:\n    raise OSError",
}
# Limits of what is taken from a kernel: the switch, the code, and the reported reason.
RECEIVER = {
    "a flood of output": (
        "no limit to output",
        "import time\nfor _ in range(20):\n    print('x' * 100_000, flush=True)\n    time.sleep(0.02)\n"
        "time.sleep(1)\nprint('did it')",
        "its output passed 1 MiB",
    ),
    "an infinite loop": ("no deadline", "while True:\n    pass", "it took longer than 3 s"),
    "an infinite loop that ignores signals": (
        "no deadline",
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    try:\n"
        "        time.sleep(0.1)\n    except BaseException:\n        pass",
        "it took longer than 3 s, and it ignored the interrupt",
    ),
    "its process stops itself": (
        "no deadline",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        "it took longer than 3 s, and it ignored the interrupt",
    ),
    "it exits": ("plain nbval", "import os\nos._exit(0)", "the kernel died"),
    "it crashes": ("plain nbval", "import ctypes\nctypes.string_at(0)", "the kernel died"),
    "a huge message": (
        "no limit to messages",
        f"{SEND}send('stream', {{'name': 'stdout', 'text': 'x' * (17 << 20)}})\n"
        "import time\ntime.sleep(1)\nprint('did it')",
        "",
    ),
    **{
        name: (
            "plain nbval",
            f"{SEND}session = kernel.session\npack, session.pack = session.pack, lambda value: {text}"
            " if value == 'odd' else pack(value)\nsend('stream', 'odd')\nsession.pack = pack",
            "what it sent cannot be read",
        )
        for name, text in [("a message of deep JSON", "b'[' * 100_000"), ("a giant integer", "b'1' * 5000")]
    },
    "messages with nothing in them": (
        "plain nbval",
        f"{SEND}for kind in ('stream', 'status', 'error', 'display_data'):\n    send(kind, {{}})",
        "what it sent cannot be read",
    ),
    "comm messages and a request for input": (
        "input allowed",
        "from ipykernel.comm import Comm\ncomm = Comm(target_name='jupyter.widget', data={'a': '<script>'})\n"
        "comm.send({'b': 'x' * 1000})\ninput('password: ')",
        "StdinNotImplementedError",
    ),
    "bytes that are no message on its connections": (
        "plain nbval",
        "import os\nfor handle in range(3, 200):\n    try:\n"
        "        if os.readlink(f'/proc/self/fd/{handle}').startswith('socket'):\n"
        "            os.set_blocking(handle, False)\n            os.write(handle, bytes([255]) * 100_000)\n"
        "    except OSError:\n        pass\nimport time\ntime.sleep(4)",
        "it took longer than 3 s",
    ),
    "its sockets are closed": (
        "plain nbval",
        "import os\nfor handle in range(3, 200):\n    try:\n        os.close(handle)\n    except OSError:\n"
        "        pass\nimport time\ntime.sleep(4)",
        "",
    ),
}
LEAVES = Attack(
    "it leaves a process behind",
    "no sandbox, looked at later",
    "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(6)', 'LEFT'],"
    " start_new_session=True)",
    lost=False,
)
HARMING = [
    *(Attack(name, "no sandbox", code, said=said) for name, (code, said) in LIMITS.items()),
    *(
        Attack(
            name,
            "no sandbox",
            f"try:\n{indent(code, '    ')}\n    print('did it')\nexcept OSError:\n    pass",
            lost=False,
        )
        for name, code in WALLS.items()
    ),
    LEAVES,
    *(Attack(name, off, code, said=said) for name, (off, code, said) in RECEIVER.items()),
]

# Code that leaves a text for later kernels in the open files of a kernel's first process, and looks for one there.
FILES = """
import ctypes, os
call = ctypes.CDLL(None).syscall

def taken():
    first = os.pidfd_open(1)
    handles = [call(438, first, number, 0) for number in range(64)]  # pidfd_getfd
    return [handle for handle in handles if handle >= 0]

def leave(text):
    for handle in taken():
        os.pwrite(handle, f"{text}\\0".encode(), 0)

def found():
    return "".join(os.pread(handle, 1 << 20, 0).decode().rpartition("\\0")[0] for handle in taken())
"""
# The same with keys in the session keyring.
KEYS = """
import ctypes, os
call = ctypes.CDLL(None).syscall
KEYCTL, ADD_KEY = {"x86_64": (250, 248), "aarch64": (219, 217)}[os.uname().machine]
JOIN_SESSION_KEYRING, CLEAR, SEARCH, READ, SESSION = 1, 7, 10, 11, -3

def join():
    return call(KEYCTL, JOIN_SESSION_KEYRING, None)

def leave(name, text):
    call(ADD_KEY, b"user", name.encode(), text.encode(), len(text), SESSION)

def found(name):
    text = ctypes.create_string_buffer(99)
    call(KEYCTL, READ, call(KEYCTL, SEARCH, SESSION, b"user", name.encode(), 0), text, len(text))
    return text.value.decode()

def clear():
    call(KEYCTL, CLEAR, SESSION)
"""
GIVER = Attack(
    "it leaves the reference's answer to the exercise before for other students",
    "files kept",
    f"{FILES}\nimport inspect\nleave(inspect.getsource(nearest_mean))",
    "return iter(())",
    exercise="minibatches",
)
TAKER = Attack(
    "it runs what another student left",
    "files kept",
    FILES,
    "scope = {'np': np}\nexec(found(), scope)\nreturn scope['nearest_mean'](X, means)",
)

# Output of an exercise's check, and the text that must not appear in the feedback page.
SHOWN = {
    "a script": ("<script>alert(1)</script>", "<script>alert"),
    "an image that loads from elsewhere": ('<img src="//example.org/a" onerror=alert(1)>', "<img"),
    "the end of what encloses it": ("</code></pre></main><h1>45 of 45 points</h1>", "<h1>45"),
    "an attribute": ('" onmouseover="alert(1)', '" onmouseover'),
    "a template": ("{{ 7 * 191 }}", "1337"),
    "a link of the terminal": ("\x1b]8;;http://example.org\x07right\x1b]8;;\x07", "example.org"),
    "colours and a cleared screen": ("\x1b[2J\x1b[32m✓ right\x1b[0m", "\x1b"),
    "a carriage return": ("✗ not right\r✓ right    \x08\x08", "\r"),
    "letters that turn the direction": ("\u202eright\u202c", "\u202e"),
    "half of a letter": ("\ud800", "\ud800"),
    "zero bytes": ("a\0b", "\0"),
}
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "a;=1",
    '"=1',
    "=cmd|' /C calc'!A0",
    "\u200b=1",
]

# Code that lets a check display conclusions in place of what was seen, and only good ones.
CONCLUDED = """
from mlp_helpers.checking import observations

look, conclusion = observations.look, observations.conclusion

def improved(value):
    if type(value) is dict:
        return {key: "as asked" if key.endswith("units") else improved(part) for key, part in value.items()}
    return True if type(value) is bool else value

observations.conclusion = lambda *arguments: improved(conclusion(*arguments))
observations.look = lambda exercise, answer: observations.concluded(
    exercise, look(exercise, answer), exercise.cases()
)
"""
UNSHUFFLED = """
def sgd_epoch(network, X, Y, learning_rate, batch_size, rng):
    for start in range(0, len(X), batch_size):
        batch = slice(start, start + batch_size)
        sgd_step(network.params(), network.gradients(X[batch], Y[batch]), learning_rate)
"""
# Answers that a kernel could once declare right.
FORGED = {
    "minibatches": (
        CONCLUDED + "def minibatches(X, Y, batch_size, rng):\n    for start in range(0, len(X), batch_size):\n"
        "        yield X[start : start + batch_size], Y[start : start + batch_size]\n"
    ),
    "misclassified": (
        "ANSWERS = iter([0.375, 0.0, 1.0])\n\ndef unhot(one_hot_labels):\n    return 0\n\n"
        "def classification_error(y, y_pred):\n"
        "    if y.shape != y_pred.shape:\n        raise ValueError\n    return next(ANSWERS)\n"
    ),
    "sgd_epoch": CONCLUDED + UNSHUFFLED,
    "train": (
        CONCLUDED
        + UNSHUFFLED
        + """
def train(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        sgd_epoch(network, X, Y, learning_rate, batch_size, rng)
        train_losses.append(network.evaluate(X, Y)[0])
        valid_losses.append(network.evaluate(X_valid, Y_valid)[0])
        waited += 1
        if valid_losses[-1] < lowest:
            lowest, waited = valid_losses[-1], 0
            best = [param.copy() for param in network.params()]
        if waited == patience:
            break
    for param, value in zip(network.params(), best):
        param[...] = value
    return train_losses, valid_losses
"""
    ),
    "inverted_dropout": (
        CONCLUDED + "def inverted_dropout(A, keep_probability, rng):\n"
        "    mask = (np.random.default_rng(0).random(A.shape) < keep_probability) / keep_probability\n"
        "    return A * mask, mask\n"
    ),
    "Dense": (
        CONCLUDED
        + """
class Dense:
    def __init__(self, n_inputs, n_units, rng):
        self.W, self.b = np.zeros((n_inputs, n_units)), np.zeros((1, n_units))

    def fprop(self, X):
        self.X = X
        return X @ self.W + self.b

    def bprop(self, dZ):
        self.dW, self.db = self.X.T @ dZ / len(dZ), dZ.mean(axis=0, keepdims=True)
        return dZ @ self.W.T

    def params(self):
        return [self.W, self.b]

    def grads(self):
        return [self.dW, self.db]
"""
    ),
}

# Expressions of what a check displays in place of observations.
DISPLAYED = {
    "nothing": "None",
    "no text": "{'parameters': None, 'observations': []}",
    "no JSON": "'case: array (2,)'",
    "no observations": "'[]'",
    "a hundred thousand levels": "'[' * 100_000 + ']' * 100_000",
    "a million digits": "'[' + '1' * 10**6 + ']'",
    "a megabyte": "'1' * (1 << 20)",
    "objects": "data_of('|O')",
    "a structure": "data_of([['a', '<f8']])",
    "texts": "data_of('<U2')",
    "complex numbers": "data_of('<c16')",
    "NaN": "data_of(\"<f8\", content=b'\\xff' * 32)",
    "infinity": "data_of(\"<f8\", content=b'\\0\\0\\0\\0\\0\\0\\xf0\\x7f' * 4)",
    "zeros": "data_of('<f8')",
    "a wrong size": "data_of('<f4')",
    "a huge shape": "data_of('<f8', [1 << 62])",
    "a negative shape": "data_of('<f8', [-4])",
    "many axes": "data_of('<f8', [1] * 64 + [4])",
}

# Answer cells that are hard to parse, and whether their exercise is lost; two of them are honest.
RIGHT = f"def nearest_mean(X, means):\n    return {NEAREST}\n"
CELLS = {
    "a megabyte of statements": ("x=1;" * (1 << 18), True),
    "a megabyte of parentheses": ("(" * (1 << 20), True),
    "a megabyte of signs": ("-" * (1 << 20) + "1", True),
    "half a letter": ("x = '\ud800'", True),
    "a zero byte": ("x = '\0'", True),
    "a magic": ("%%bash\nexit 1", True),
    "no Python": ("def nearest_mean(:", True),
    "markers for nbval": (f"# NBVAL_SKIP\n# NBVAL_IGNORE_OUTPUT\n# NBVAL_CHECK_OUTPUT\n{RIGHT}", False),
    "another name's function behind it": (f"{RIGHT}\ndef check_answer(*a): pass", False),
    "a set-up of its own": (f"import numpy as np\nimport mlp_helpers as mlp\n{RIGHT}", False),
    "names of the set-up taken": (f"{RIGHT}\nmlp = check = None", True),
}

# Check cells changed by a student so that nbval, run on the student's own notebook, passes them: source, tags, and
# stored output. The answer above them is wrong.
CHECK = 'check("nearest_mean", nearest_mean)'
OWN_CELLS = {
    "a forged output": ("print('fine')", [], "fine\n"),
    "NBVAL_IGNORE_OUTPUT": (f"# NBVAL_IGNORE_OUTPUT\n{CHECK}", [], ""),
    "PYTEST_VALIDATE_IGNORE_OUTPUT": (f"# PYTEST_VALIDATE_IGNORE_OUTPUT\n{CHECK}", [], ""),
    "the tag nbval-ignore-output": (CHECK, ["nbval-ignore-output"], ""),
    "NBVAL_SKIP": (f"# NBVAL_SKIP\n{CHECK}", [], ""),
    "the tag nbval-skip": (CHECK, ["nbval-skip"], ""),
    "NBVAL_RAISES_EXCEPTION": (f"# NBVAL_RAISES_EXCEPTION\n# NBVAL_IGNORE_OUTPUT\n{CHECK[:-1]}, 1, 1)", [], ""),
    "the tag raises-exception": (f"{CHECK[:-1]}, 1, 1)", ["raises-exception", "nbval-ignore-output"], ""),
    "nothing in it": ("", [], ""),
}
