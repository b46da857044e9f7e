"""A real PostgreSQL server of the run's own, started from what Debian's package brings, in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.database import USER

_UNSAFE_AND_FAST = """\
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 400
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
"""
LEADING = """\
wal_level = replica
max_wal_senders = 4
"""
"""Further settings of a server that others follow."""
_WATCH = """\
while kill -0 "$1" 2>/dev/null; do sleep 1; done
kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")"; sleep 1; rm -rf "$2"
"""
"""Ends the server of a run that was killed."""
_USERS = ("postgres", "nobody")


class NotInstalled(Exception):
    """This machine has no PostgreSQL server, or nobody who may run it."""


def programs() -> Path:
    """Return the folder with the newest server's programs; raises NotInstalled."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise NotInstalled("there is no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
    return found[-1].parent


class Server:
    """Started with the object, gone with `stop`. It survives no crash of the machine, and need not."""

    def __init__(self, leader: Server | None = None, more: str = "") -> None:
        """`more` are further lines of its settings; with a `leader`, which needs `LEADING`, it is a hot standby."""
        self._programs = programs()
        self._as = somebody()
        self.folder = Path(tempfile.mkdtemp(prefix="enet-pg-"))
        self.folder.chmod(0o755)
        if self._as:
            shutil.chown(self.folder, self._as)
        if leader:
            self._call("pg_basebackup", "-h", str(leader.folder), "-U", USER, "-R", "--checkpoint=fast", "--no-sync")
        else:
            self._call("initdb", "-U", USER, "--auth=trust", "--no-sync", "--locale=C.UTF-8", "--encoding=UTF8")
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(_UNSAFE_AND_FAST.format(folder=self.folder) + (LEADING if leader else more))
        self._call("pg_ctl", "-w", "-l", str(self.folder / "log"), "start")
        watch = ["sh", "-c", _WATCH, "sh", str(os.getpid()), str(self.folder)]
        self._watch = subprocess.Popen(
            watch, start_new_session=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )

    def stop(self) -> None:
        """Stop the server and remove everything that it kept."""
        self._watch.kill()
        self._watch.wait()
        self._call("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _call(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), "-D", str(self.folder / "data"), *arguments]
        if self._as:
            command = ["runuser", "-u", self._as, "--", *command]
        # A server that inherits a pipe keeps whoever reads from it waiting.
        with (self.folder / "start.log").open("ab") as log:
            subprocess.run(command, check=True, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/")


def somebody() -> str:
    """Return who runs the server, "" for whoever runs the tests: it refuses to be started by root."""
    if os.geteuid() != 0:
        return ""
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in _USERS:
        if name in known and shutil.which("runuser"):
            return name
    raise NotInstalled("PostgreSQL is not started by root, and there is no user to run it")
