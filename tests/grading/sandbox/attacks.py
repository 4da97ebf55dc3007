"""Submissions that try to gain points without an answer, or to do harm, and the expected outcome of each.

An `Attack` is a student's cell. Each names the defence that it targets, and the switch with which the tests disable
that defence: then the attack must succeed, or it would prove nothing. The switches are in `test_attacks`.
"""

from dataclasses import dataclass, field

DONE = "did it"  # printed by an attack that runs to completion


@dataclass(frozen=True)
class Attack:
    """Malicious code in place of an answer.

    Attributes
    ----------
    name : str
    defence : str
        The defence that prevents success.
    off : str
        The switch that disables the defence.
    code : str
        Code above the function in the answer cell.
    body : str
        Body of the function; "" leaves the right one.
    exercise : str
    first : str
        Code above the right answer to `flatten`, the first exercise of the notebook.
    lost : bool
        Whether the exercise's points must be lost; those of others never are.
    said : str
        The reported reason for stopping it; "" if it is not stopped or the reason does not matter.
    """

    name: str
    defence: str
    off: str
    code: str = ""
    body: str = ""
    exercise: str = "nearest_mean"
    first: str = ""
    lost: bool = True
    said: str = field(default="", kw_only=True)

    def __str__(self):
        return self.name


NEAREST = "np.argmin([np.sum((X - mean) ** 2, axis=1) for mean in means], axis=0)"
WRONG = "return np.zeros(len(X), int)"
OUTSIDE = "the verdict is made outside of the kernel, and from values alone"
ABSENT = "what holds answers is not inside of the sandbox"
SEED = "the seed of a grading run is its own"
ORDER = "the reference's answer comes when the verdict on its exercise has been made"

# Code that displays data as a check does.
DISPLAY = (
    "from IPython.display import display\nfrom mlp_helpers.checking import wire\n"
    "def show(data):\n    display({wire.MIME: data}, raw=True)\n"
    "def data_of(dtype, shape=(4,), content=bytes(32)):\n    import base64, json\n"
    "    array = {'array': [dtype, list(shape), base64.b64encode(content).decode()]}\n"
    "    labels = ['six samples', 'samples at the means', 'long and short means', 'near by squares']\n"
    "    return json.dumps({'parameters': None, 'observations': [[label, array, None] for label in labels]})\n"
)
FORGING = [
    Attack("it prints the verdict", OUTSIDE, "compared inside", body=f"print('✓ right')\n{WRONG}"),
    Attack("check is replaced", OUTSIDE, "compared inside", 'check = lambda *a: print("✓ right")', WRONG),
    Attack(
        "check is replaced in its module",
        OUTSIDE,
        "compared inside",
        "import mlp_helpers\ncheck.__code__ = (lambda *a: print('✓ right')).__code__",
        WRONG,
    ),
    Attack(
        "NumPy is patched",
        OUTSIDE,
        "compared inside",
        "np.all = np.allclose = np.array_equal = lambda *a, **k: True",
        WRONG,
    ),
    Attack(
        "the comparison is patched",
        OUTSIDE,
        "compared inside",
        "from mlp_helpers.checking import observations\nobservations.agree = observations.close = lambda *a: True",
        WRONG,
    ),
    Attack(
        "isinstance is patched",
        OUTSIDE,
        "compared inside",
        "class Equal:\n    __eq__ = lambda self, other: True\ncheck.__globals__['isinstance'] = lambda *a: True",
        "return Equal()",
    ),
    Attack(
        "stdout is replaced",
        OUTSIDE,
        "compared inside",
        "import sys\nclass Out:\n    real = sys.stdout\n    flush = lambda self: self.real.flush()\n"
        "    write = lambda self, text: self.real.write('✓ right\\n')\n"
        "    __getattr__ = lambda self, name: getattr(self.real, name)\nsys.stdout = Out()",
        f"print()\n{WRONG}",
    ),
    Attack(
        "IPython's display of exceptions is patched",
        OUTSIDE,
        "compared inside",
        "type(get_ipython()).showtraceback = lambda *a, **k: print('✓ right')",
        "raise SystemError",
    ),
    Attack(
        "what the kernel sends is patched",
        OUTSIDE,
        "compared inside",
        "session = get_ipython().kernel.session\nreal = session.send\ndef send(stream, message, *more, **named):\n"
        "    if isinstance(message, dict) and message['msg_type'] == 'stream':\n"
        "        message['content']['text'] = '✓ right\\n'\n    return real(stream, message, *more, **named)\n"
        "session.send = send",
        f"print()\n{WRONG}",
    ),
    Attack(
        "the result equals everything",
        OUTSIDE,
        "compared inside",
        "class Equal(np.ndarray):\n    __eq__ = lambda self, other: True",
        "return np.zeros(4).view(Equal)",
    ),
    Attack(
        "the result lies about its class",
        OUTSIDE,
        "compared inside",
        "class Liar:\n    __class__ = np.ndarray\n    __eq__ = lambda self, other: True",
        "return Liar()",
    ),
    Attack(
        "it reads the frames that called it",
        ABSENT,
        "compared inside",
        body="import sys\nframe = sys._getframe(1)\nwhile frame:\n    for value in frame.f_locals.values():\n        "
        "if isinstance(value, np.ndarray) and value.shape == (len(X),):\n            return value\n"
        "    frame = frame.f_back",
    ),
    Attack(
        "it looks through the garbage collector",
        ABSENT,
        "answers inside",
        body="import gc, importlib, contextlib\nwith contextlib.suppress(ImportError):\n"
        "    importlib.import_module('mlp_helpers.exercises.nearest_mean.answers')\n"
        "kept = [o.__dict__ for o in gc.get_objects() if type(o).__name__ == 'AnswerKey']\n"
        "right = [key['reference'] for key in kept]\n"
        "(answer,) = [one for one in right if getattr(one, '__name__', '') == '_nearest_mean']\n"
        "return answer(X, means)",
    ),
    Attack(
        "it imports the exercises",
        ABSENT,
        "answers inside",
        body="from mlp_helpers.exercises import exercise\nreturn exercise('nearest_mean').key.reference(X, means)",
    ),
    Attack(
        "it imports the library's own function",
        ABSENT,
        "answers inside",
        body="from mlp_helpers.data import one_hot as answer\nreturn answer(labels, n_classes)",
        exercise="one_hot",
    ),
    Attack(
        "it hands the todo of another exercise on",
        ABSENT,
        "answers inside",
        body="from mlp_helpers.checking.observations import asked\nasked.set(None)\n"
        "return mlp.todo('nearest_mean', X, means)",
    ),
    Attack(
        "it reads the source on disk",
        ABSENT,
        "answers inside",
        body="import glob, re, sys\nfrom pathlib import Path\n"
        "places = ['/package', '/kernels', '/data', *sys.path, *(f'/proc/{n}/root' for n in (1, 2))]\n"
        "for place in places:\n"
        "    for path in glob.glob(f'{place}/mlp_helpers/data.py'):\n"
        "        text = re.search(r'def _minibatches\\(.*', Path(path).read_text(), re.S)[0]\n"
        "        scope = {'np': np}\n"
        "        exec(text, scope)\n"
        "        return (yield from scope['_minibatches'](X, Y, batch_size, rng))",
        exercise="minibatches",
    ),
    Attack(
        "it reads compiled modules",
        ABSENT,
        "answers inside",
        body="import glob, marshal, types\nfrom pathlib import Path\n"
        "for path in glob.glob('/package/mlp_helpers/__pycache__/data.*.pyc'):\n"
        "    code = marshal.loads(Path(path).read_bytes()[16:])\n"
        "    (found,) = [c for c in code.co_consts if hasattr(c, 'co_name') and c.co_name == '_minibatches']\n"
        "    return (yield from types.FunctionType(found, {'np': np})(X, Y, batch_size, rng))",
        exercise="minibatches",
    ),
    Attack(
        "it imports the answers of its exercise",
        ABSENT,
        "all but a few inside",
        body="from mlp_helpers.exercises.nearest_mean.answers import KEY\nreturn KEY.reference(X, means)",
        exercise="nearest_mean",
    ),
    *(
        Attack(
            f"it reads {name} in the folder of its exercise",
            ABSENT,
            "all but a few inside",
            body="import marshal\nfrom pathlib import Path\nimport mlp_helpers.exercises\n"
            f"(path,) = Path(*mlp_helpers.exercises.__path__, 'nearest_mean').glob('{name}')\n"
            f"scope = {{'__name__': 'found'}}\nexec({code}, scope)\nreturn {function}(X, means)",
            exercise="nearest_mean",
        )
        for name, code, function in [
            ("answers.py", "path.read_text()", "scope['KEY'].reference"),
            ("__pycache__/answers.*.pyc", "marshal.loads(path.read_bytes()[16:])", "scope['KEY'].reference"),
            ("variants.py", "path.read_text()", "scope['VARIANTS'][0]"),
            ("__pycache__/variants.*.pyc", "marshal.loads(path.read_bytes()[16:])", "scope['VARIANTS'][0]"),
        ]
    ),
    Attack("it displays known data", SEED, "seed known", f"{DISPLAY}check = lambda *a: show(FORMS[PUBLIC])", WRONG),
    Attack(
        "it chooses the seed",
        SEED,
        "seed known",
        "import os\nos.environ['MLP_COURSE_SEED'] = str(PUBLIC)\nanswers = iter(VALUES[PUBLIC])",
        "return next(answers)",
    ),
    Attack(
        "it has guessed some seeds, and looks which one it is",
        SEED,
        "seed known",
        "import os\nanswers = iter(VALUES.get(int(os.environ['MLP_COURSE_SEED']), ()))",
        "return next(answers)",
    ),
    Attack(
        "it remembers the reference's answers",
        ORDER,
        "reference first",
        body="scope = {'np': np}\n"
        "exec([cell for cell in seen if 'def nearest_mean' in cell and 'BEG' 'IN SOL' in cell][0], scope)\n"
        "return scope['nearest_mean'](X, means)",
        first="seen = []\nget_ipython().events.register('pre_run_cell', lambda info: seen.append(info.raw_cell))",
    ),
    Attack(
        "it has the reference's answer sent in the kernel's name",
        ORDER,
        "reference first",
        "def check(name, answer):\n    scope = {'np': np}\n"
        "    exec([cell for cell in seen if 'def nearest_mean' in cell and 'BEG' 'IN SOL' in cell][0], scope)\n"
        "    from mlp_helpers.checking import observations, wire\n    from mlp_helpers.exercises import exercise\n"
        "    data = {wire.MIME: wire.encoded(observations.look(exercise(name), scope['nearest_mean']), None)}\n"
        "    kernel = get_ipython().kernel\n"
        "    kernel.session.send(kernel.iopub_socket, 'display_data', {'data': data, 'metadata': {}},"
        " parent=kernel.get_parent())",
        WRONG,
        first="seen = []\nget_ipython().events.register('pre_run_cell', lambda info: seen.append(info.raw_cell))",
    ),
    Attack(
        "it says that its check is over, and goes on",
        ORDER,
        "reference first",
        f"{DISPLAY}def check(name, answer):\n    import time\n    kernel = get_ipython().kernel\n"
        "    def say(kind, content):\n"
        "        kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())\n"
        "    references = [cell for cell in seen if 'def nearest_mean' in cell and 'BEG' 'IN SOL' in cell]\n"
        "    if not references:\n        return say('status', {'execution_state': 'idle'})\n"
        "    scope = {'np': np}\n    exec(references[0], scope)\n    from mlp_helpers.checking import observations\n"
        "    from mlp_helpers.exercises import exercise\n"
        "    show(wire.encoded(observations.look(exercise(name), scope['nearest_mean']), None))",
        WRONG,
        first="seen = []\nget_ipython().events.register('pre_run_cell', lambda info: seen.append(info.raw_cell))",
    ),
    Attack(
        "it sends a verdict in the kernel's name",
        OUTSIDE,
        "compared inside",
        body="kernel = get_ipython().kernel\nkernel.session.send(kernel.iopub_socket, 'stream',"
        " {'name': 'stdout', 'text': '✓ right\\n'}, parent=kernel.get_parent())\n"
        "kernel.session.send(kernel.iopub_socket, 'status', {'execution_state': 'idle'}, parent=kernel.get_parent())\n"
        "return None",
    ),
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
    ABSENT,
    "all but a few inside",
    SEARCH + "found = search(['nearest_mean'])\n",
    "return found['nearest_mean'](X, means)",
)

WALLS = "the sandbox"
LIMITS = "limits of what a kernel may take"
RECEIVER = "limits of what is taken from a kernel"

# TMP is replaced by a folder of the test, PORT by a port on which it listens, VICTIM by the id of one of its processes.
HARMING = [
    Attack(
        "a fork bomb",
        LIMITS,
        "no sandbox",
        "import os, time\ntry:\n    for n in range(150):\n        if os.fork() == 0:\n            time.sleep(2)\n"
        "            os._exit(0)\n    print('did it')\nexcept BlockingIOError:\n    time.sleep(1.5)",
        said="it took more than 400 MiB of memory",
    ),
    Attack(
        "memory",
        LIMITS,
        "no sandbox",
        "import numpy\nspace = numpy.empty(5 << 30, 'u1')\nprint('did it')",
        said="MemoryError",
    ),
    Attack(
        "memory of many processes",
        LIMITS,
        "large limits",
        "import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        space = b'1' * (90 << 20)\n"
        "        time.sleep(4)\n        os._exit(0)\ntime.sleep(2.5)\nprint('did it')",
        said="it took more than 400 MiB of memory",
    ),
    Attack(
        "one large file",
        LIMITS,
        "no sandbox",
        "import os\nwith open('large', 'wb') as file:\n    file.truncate(100 << 20)\nprint('did it')",
        said="OSError",
    ),
    Attack(
        "too many open files",
        LIMITS,
        "no sandbox",
        "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (600, 600))\n"
        "files = [open('/dev/null') for _ in range(500)]\nprint('did it')\ndel files",
        said="ValueError",
    ),
    Attack(
        "it kills who began it",
        WALLS,
        "no sandbox",
        "import os, signal\ntry:\n    os.kill(VICTIM, signal.SIGTERM)\n    print('did it')\nexcept OSError:\n    pass",
        lost=False,
    ),
    Attack(
        "it traces another process",
        WALLS,
        "no sandbox",
        "import ctypes\nif ctypes.CDLL(None).ptrace(16, VICTIM, None, None) == 0:\n    print('did it')",
        lost=False,
    ),
    Attack(
        "it writes outside",
        WALLS,
        "no sandbox",
        "try:\n    open('TMP/written', 'w').close()\n    print('did it')\nexcept OSError:\n    pass",
        lost=False,
    ),
    Attack(
        "it writes through a symbolic link",
        WALLS,
        "no sandbox",
        "import os\nos.symlink('TMP/written', 'link')\ntry:\n    open('link', 'w').close()\n    print('did it')\n"
        "except OSError:\n    pass",
        lost=False,
    ),
    Attack(
        "it puts a link in place of its connection file",
        WALLS,
        "no sandbox",
        "import os\nfor name in os.listdir('.'):\n    if name.endswith('.json'):\n        os.unlink(name)\n"
        "        os.symlink('TMP/secret', name)\n"
        "try:\n    open('TMP/secret').read()\n    print('did it')\nexcept OSError:\n    pass",
        lost=False,
    ),
    Attack(
        "it reads what is not its own",
        WALLS,
        "no sandbox",
        "try:\n    open('TMP/secret').read()\n    print('did it')\nexcept OSError:\n    pass",
        lost=False,
    ),
    Attack(
        "it reads a file of the system",
        WALLS,
        "no sandbox",
        "try:\n    open('/etc/passwd').read()\n    print('did it')\nexcept OSError:\n    pass",
        lost=False,
    ),
    Attack(
        "it reads the variables of who began it",
        WALLS,
        "no sandbox",
        "import os\nfound = list(os.environ)\nfor pid in (1, os.getppid()):\n    try:\n"
        "        found.append(open(f'/proc/{pid}/environ').read())\n    except OSError:\n        pass\n"
        "if 'MLP_SECRET' in ''.join(found):\n    print('did it')",
        lost=False,
    ),
    Attack(
        "it connects to the network",
        WALLS,
        "no sandbox",
        "import socket\ntry:\n    socket.create_connection(('127.0.0.1', PORT), 1).close()\n    print('did it')\n"
        "except OSError:\n    pass",
        lost=False,
    ),
    Attack(
        "it becomes root in a namespace of its own",
        WALLS,
        "no sandbox",
        "import ctypes, os\nif os.fork() == 0:\n    os._exit(0 if ctypes.CDLL(None).unshare(0x10020000) == 0 else 1)\n"
        "if os.wait()[1] == 0:\n    print('did it')",
        lost=False,
    ),
    Attack(
        "it leaves a process behind",
        WALLS,
        "no sandbox, looked at later",
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(6)', 'LEFT'],"
        " start_new_session=True)",
        lost=False,
    ),
    Attack(
        "a flood of output",
        RECEIVER,
        "no limit to output",
        "import time\nfor _ in range(20):\n    print('x' * 100_000, flush=True)\n    time.sleep(0.02)\n"
        "time.sleep(1)\nprint('did it')",
        said="its output passed 1 MiB",
    ),
    Attack("an infinite loop", RECEIVER, "no deadline", "while True:\n    pass", said="it took longer than 3 s"),
    Attack(
        "an infinite loop that ignores signals",
        RECEIVER,
        "no deadline",
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    try:\n"
        "        time.sleep(0.1)\n    except BaseException:\n        pass",
        said="it took longer than 3 s, and it ignored the interrupt",
    ),
    Attack(
        "its process stops itself",
        RECEIVER,
        "no deadline",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        said="it took longer than 3 s, and it ignored the interrupt",
    ),
    Attack("it exits", RECEIVER, "plain nbval", "import os\nos._exit(0)", said="the kernel died"),
    Attack("it crashes", RECEIVER, "plain nbval", "import ctypes\nctypes.string_at(0)", said="the kernel died"),
    Attack(
        "a huge message",
        RECEIVER,
        "no limit to messages",
        "kernel = get_ipython().kernel\nkernel.session.send(kernel.iopub_socket, 'stream',"
        " {'name': 'stdout', 'text': 'x' * (17 << 20)}, parent=kernel.get_parent())\n"
        "import time\ntime.sleep(1)\nprint('did it')",
    ),
    Attack(
        "a message of deep JSON",
        RECEIVER,
        "plain nbval",
        "kernel = get_ipython().kernel\nsession = kernel.session\n"
        "pack, session.pack = session.pack, lambda value: b'[' * 100_000 if value == 'deep' else pack(value)\n"
        "session.send(kernel.iopub_socket, 'stream', 'deep', parent=kernel.get_parent())\nsession.pack = pack",
        said="what it sent cannot be read",
    ),
    Attack(
        "a giant integer",
        RECEIVER,
        "plain nbval",
        "kernel = get_ipython().kernel\nsession = kernel.session\n"
        "pack, session.pack = session.pack, lambda value: b'1' * 5000 if value == 'giant' else pack(value)\n"
        "session.send(kernel.iopub_socket, 'stream', 'giant', parent=kernel.get_parent())\nsession.pack = pack",
        said="what it sent cannot be read",
    ),
    Attack(
        "messages with nothing in them",
        RECEIVER,
        "plain nbval",
        "kernel = get_ipython().kernel\nfor kind in ('stream', 'status', 'error', 'display_data'):\n"
        "    kernel.session.send(kernel.iopub_socket, kind, {}, parent=kernel.get_parent())",
        said="what it sent cannot be read",
    ),
    Attack(
        "comm messages and a request for input",
        RECEIVER,
        "input allowed",
        "from ipykernel.comm import Comm\ncomm = Comm(target_name='jupyter.widget', data={'a': '<script>'})\n"
        "comm.send({'b': 'x' * 1000})\ninput('password: ')",
        said="StdinNotImplementedError",
    ),
    Attack(
        "bytes that are no message on its connections",
        RECEIVER,
        "plain nbval",
        "import os\nfor handle in range(3, 200):\n    try:\n"
        "        if os.readlink(f'/proc/self/fd/{handle}').startswith('socket'):\n"
        "            os.set_blocking(handle, False)\n            os.write(handle, bytes([255]) * 100_000)\n"
        "    except OSError:\n        pass\nimport time\ntime.sleep(4)",
        said="it took longer than 3 s",
    ),
    Attack(
        "its sockets are closed",
        RECEIVER,
        "plain nbval",
        "import os\n"
        "for handle in range(3, 200):\n    try:\n        os.close(handle)\n    except OSError:\n        pass\n"
        "import time\ntime.sleep(4)",
    ),
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
FRESH = "kernels share nothing"
GIVER = Attack(
    "it leaves the reference's answer to the exercise before for other students",
    FRESH,
    "files kept",
    f"{FILES}\nimport inspect\nleave(inspect.getsource(nearest_mean))",
    "return iter(())",
    exercise="minibatches",
)
TAKER = Attack(
    "it runs what another student left",
    FRESH,
    "files kept",
    FILES,
    "scope = {'np': np}\nexec(found(), scope)\nreturn scope['nearest_mean'](X, means)",
)

ESCAPED = "what a student wrote is escaped"
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
    "sgd_epoch": (
        CONCLUDED + "def sgd_epoch(network, X, Y, learning_rate, batch_size, rng):\n"
        "    for start in range(0, len(X), batch_size):\n        batch = slice(start, start + batch_size)\n"
        "        sgd_step(network.params(), network.gradients(X[batch], Y[batch]), learning_rate)\n"
    ),
    "train": (
        CONCLUDED
        + """
def unshuffled(network, X, Y, learning_rate, batch_size, rng):
    for start in range(0, len(X), batch_size):
        batch = slice(start, start + batch_size)
        sgd_step(network.params(), network.gradients(X[batch], Y[batch]), learning_rate)

def train(network, X, Y, X_valid, Y_valid, learning_rate, batch_size, n_epochs, patience, rng):
    train_losses, valid_losses, lowest, waited = [], [], np.inf, 0
    for _ in range(n_epochs):
        unshuffled(network, X, Y, learning_rate, batch_size, rng)
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
