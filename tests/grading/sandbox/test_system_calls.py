"""Filter of system calls: which are denied, and that the same ones are answered without it."""

import ast
import os

import pytest
from weakened import UNFILTERED, in_turn, sandbox

from mlp_helpers.grading.sandbox import system_calls

ASK = """
import ctypes, errno, mmap, os
library = ctypes.CDLL(None, use_errno=True)

def answer(number, *arguments):
    ctypes.set_errno(0)
    library.syscall(number, *(arguments or (-1, 0, 0, 0)))
    return errno.errorcode.get(ctypes.get_errno(), "done")
"""
# Calls that are allowed with some arguments alone: with such ones, and with others.
ARGUMENTS = """
import fcntl, termios
handle = os.open("/forkserver.py", os.O_RDONLY)
private, shared, nameless = mmap.MAP_PRIVATE, mmap.MAP_SHARED, mmap.MAP_ANONYMOUS
allowed = [(handle, fcntl.F_GETFD), (handle, termios.TCGETS, 0), (0, 4096, 1, private | nameless, -1, 0)]
allowed += [(0x800, 0, 0, 0, 0)]  # a new process; the system refuses these flags
others = [(handle, 1035, 0), (handle, 0x80086601, 0), (0, 4096, 1, shared | nameless, -1, 0)]
others += [(0x10000, 0, 0, 0, 0)]  # a thread that shares no memory
"""
AS_32_BIT = """
page = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex("b814000000cd80c3"))  # getpid by the number of 32-bit programs: mov eax, 20; int 0x80; ret
print(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))() == os.getpid())
"""
PLACE = list(system_calls.PROCESSORS).index(os.uname().machine)
NUMBERS = {name: numbers[PLACE] for name, numbers in system_calls.DENIED.items()}
ASKED = f"print({{name: answer(number) for name, number in {NUMBERS}.items()}})"
WITH_ARGUMENTS = f"""
numbers = {[numbers[PLACE] for numbers, *_ in system_calls.RESTRICTED.values()]}
for several in (allowed, others):
    print([answer(number, *arguments) for number, arguments in zip(numbers, several)])
"""


def ran(folder, changes, *sources):
    """Run cells in a kernel; return the text of the last."""
    with sandbox(folder, changes, {}) as specs:
        return in_turn(specs, folder, ASK, *sources).text


def test_calls_are_denied(tmp_path):
    assert ast.literal_eval(ran(tmp_path, {}, ASKED)) == dict.fromkeys(NUMBERS, "ENOSYS")


def test_without_the_filter_most_are_not(tmp_path):
    assert list(ast.literal_eval(ran(tmp_path, UNFILTERED, ASKED)).values()).count("ENOSYS") < len(NUMBERS) / 2


def test_so_are_later_ones(tmp_path):
    later = f"range({system_calls.NEWEST + 1}, 600)"
    assert ast.literal_eval(ran(tmp_path, {}, f"print({{answer(number) for number in {later}}})")) == {"ENOSYS"}


def test_some_arguments_are(tmp_path):
    before, after = (ran(tmp_path, changes, ARGUMENTS, WITH_ARGUMENTS).splitlines() for changes in (UNFILTERED, {}))
    assert after == [before[0], str(["ENOSYS"] * 4)]
    assert "ENOSYS" not in before[0] + before[1]


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="other processors have no such calls")
@pytest.mark.parametrize(("changes", "answers"), [({}, ("ENOSYS\n", "False\n")), (UNFILTERED, (None, "True\n"))])
def test_nor_can_they_be_called_by_other_numbers(tmp_path, changes, answers):
    by_x32, by_32_bit = answers
    assert by_x32 in (None, ran(tmp_path, changes, f"print(answer({(1 << 30) + 39}))"))
    assert ran(tmp_path, changes, AS_32_BIT) == by_32_bit


def test_other_threads_are_denied_them_too(tmp_path):
    in_thread = "import threading\nthread = threading.Thread(target=lambda: print(answer({}), flush=True))\n"
    in_thread += "thread.start()\nthread.join()"
    status = "print({open(f'/proc/self/task/{task}/status').read().count('Seccomp:\\t2')"
    status += " for task in os.listdir('/proc/self/task')})"
    assert ran(tmp_path, {}, in_thread.format(NUMBERS["ptrace"])) == "ENOSYS\n"
    assert (ran(tmp_path, {}, status), ran(tmp_path, UNFILTERED, status)) == ("{1}\n", "{0}\n")


@pytest.mark.parametrize("machine", system_calls.PROCESSORS)
def test_every_jump_of_a_program_leads_to_an_instruction(machine):
    lines = system_calls.program(machine)
    jumps = [(line, jump) for line, (code, *to, _) in enumerate(lines) if code & 7 == 5 for jump in to]
    assert all(0 <= jump <= min(255, len(lines) - line - 2) for line, jump in jumps)
    assert len(jumps) > 2 * len(system_calls.DENIED)


def test_another_processor_has_no_filter(monkeypatch):
    monkeypatch.setattr(system_calls.os, "uname", lambda: os.uname_result(("Linux", "", "", "", "riscv64")))
    assert not system_calls.deny()
