"""Parent's side of a contender's process."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

SCRIPT = Path(__file__).with_name("contenders.py")
REST = 0.1  # seconds in which the previous contender's threads stop spinning, which keeps a core busy


class Contender:
    """Running contender: a context manager whose `epoch` may be called repeatedly.

    `name` and `recipe` are keys of contenders.CONTENDERS and contenders.RECIPES. `threads` is a maximum for matrix
    products; the course chooses for itself.
    """

    def __init__(self, name, recipe, threads, seed=0):
        environment = dict(os.environ)
        for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
            environment[variable] = str(threads)
        if threads == 1:
            environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
        command = [sys.executable, str(SCRIPT), name, recipe, str(threads), str(seed)]
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._answer()  # when it is set up

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"a contender ended with exit code {self.process.wait()}: {self.process.args[2:]}")
        return json.loads(line)

    def epoch(self):
        """Run an epoch in the process; return a dictionary with its seconds and validation error."""
        time.sleep(REST)
        self.process.stdin.write("epoch\n")
        self.process.stdin.flush()
        return self._answer()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.kill()
        self.process.communicate()
