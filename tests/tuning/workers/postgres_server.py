"""Private PostgreSQL server: its own folder and port, no root privileges, and nothing left behind."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

SETTINGS = """listen_addresses = '127.0.0.1'
fsync = off
shared_buffers = 16MB
max_connections = 50
"""


def find_programs():
    """Return the folder of the PostgreSQL programs on PATH, else of the newest installed version, or None."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return Path(on_path).parent if on_path else found[-1].parent if found else None


def free_port():
    """Return a free local port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Server:
    """Running server.

    Attributes
    ----------
    url : str
    """

    def __init__(self, folder, port, run):
        self.url = f"postgresql://mlp@127.0.0.1:{port}/postgres"
        self._control = lambda *what: run("pg_ctl", "--pgdata", folder, "--wait", *what)
        self._log = f"{folder}/server.log"

    def start(self):
        self._control("--log", self._log, "start")

    def stop(self, mode="fast"):
        """Stop the server: "fast" closes all connections, "immediate" is like a power failure."""
        self._control("--mode", mode, "stop")


@contextmanager
def serving():
    """Run a server inside the block; if this process is root, as the user "postgres"."""
    programs = find_programs()
    folder = tempfile.mkdtemp(prefix="mlp-postgres-")
    account = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        account = {"user": "postgres", "group": "postgres", "extra_groups": []}
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)

    def run(program, *arguments):
        where = {"cwd": "/", "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        subprocess.run([programs / program, *arguments], check=True, timeout=60, **where, **account)

    port = free_port()
    data = f"{folder}/data"
    try:
        run("initdb", "--pgdata", data, "--username=mlp", "--auth=trust", "--no-sync", "--encoding=UTF8")
        with open(f"{data}/postgresql.conf", "a") as settings:
            settings.write(f"{SETTINGS}port = {port}\nunix_socket_directories = '{folder}'\n")
        server = Server(data, port, run)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder)
