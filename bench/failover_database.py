"""Two PostgreSQL servers that Patroni and etcd keep, and HAProxy, run from the files of docs/machines."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.memory import descendants
from bench.soak_kills import kill, until
from tests.postgresql import NotInstalled, programs, somebody
from tools.serving_node import ROOT, free_port

FILES = ROOT / "docs" / "machines"
NAMES = ("one", "two")
_PACKAGES = {"etcd": "etcd-server", "patroni": "patroni python3-etcd", "haproxy": "haproxy"}
_PATH = "/usr/bin:/usr/sbin:/usr/local/bin"
_USER, _DATABASE = "erfahrungsnetz", "erfahrungsnetz"


def installed(program: str) -> str:
    """Return where a program lies; raises NotInstalled."""
    found = shutil.which(program, path=_PATH)
    if found is None:
        raise NotInstalled(f"there is no {program} on this machine (Debian: apt-get install {_PACKAGES[program]})")
    return found


@dataclass(frozen=True, slots=True)
class Member:
    """A server of the database with its Patroni."""

    name: str
    folder: Path
    port: int
    rest: int

    @property
    def data(self) -> Path:
        """The folder of its tables."""
        return self.folder / self.name

    def is_a(self, what: str) -> bool:
        """Ask Patroni: `primary`, `replica` or `synchronous`."""
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.rest}/{what}", timeout=3):
            return True
        return False


class Cluster:
    """Started with `start`, gone with `stop`. It runs as somebody who is not root, because PostgreSQL wants that."""

    def __init__(self) -> None:
        for program in _PACKAGES:
            installed(program)
        self._programs = programs()
        self._as = somebody()
        self.folder = Path(tempfile.mkdtemp(prefix="enet-failover-"))
        self.folder.chmod(0o755)
        shutil.copy(FILES / "patroni.yml", self.folder)
        if self._as:
            shutil.chown(self.folder, self._as)
        self._secret = secrets.token_hex(8)
        self._etcd = free_port()
        self.members = tuple(Member(name, self.folder, free_port(), free_port()) for name in NAMES)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.writing, self.reading = free_port(), free_port()

    def start(self) -> None:
        """Start etcd and both servers, and make an empty database; raises RuntimeError where they do not come."""
        client, peers = f"http://127.0.0.1:{self._etcd}", f"http://127.0.0.1:{free_port()}"
        lists = ("--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peers)
        own = ("--initial-advertise-peer-urls", peers, "--initial-cluster", f"one={peers}", "--name", "one")
        self._run("etcd", {}, "--data-dir", str(self.folder / "etcd"), *lists, *own)
        for member in self.members:
            self.start_member(member)
            if not until(lambda member=member: member.is_a("primary") or member.is_a("replica"), 120):  # type: ignore[misc]  # called at once
                raise RuntimeError(self._said(member.name))
        self.wait_for_standby()
        leader = self.leader()
        with psycopg.connect(self._address(leader.port, "postgres", "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {_USER} LOGIN PASSWORD '{self._secret}'")
            connection.execute(
                f"CREATE DATABASE {_DATABASE} OWNER {_USER} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
            )

    def start_member(self, member: Member) -> None:
        """Start one of them, also one that was killed."""
        self._run(f"patroni-{member.name}", self._settings(member), str(self.folder / "patroni.yml"), program="patroni")

    def leader(self) -> Member:
        """Return who leads; raises RuntimeError where nobody does."""
        for member in self.members:
            if member.is_a("primary"):
                return member
        raise RuntimeError("nobody leads the database")

    def wait_for_standby(self, seconds: float = 180) -> None:
        """Wait until one of them has written down whatever the leader confirms; raises RuntimeError."""
        if not until(lambda: any(member.is_a("synchronous") for member in self.members), seconds):
            raise RuntimeError("\n".join(self._said(member.name) for member in self.members))

    def kill(self, member: Member) -> None:
        """Kill a server and its Patroni, as if their machine had lost its power."""
        process = self._processes[f"patroni-{member.name}"]
        with suppress(OSError):
            postmaster = int((member.data / "postmaster.pid").read_text("utf-8").split()[0])
            for one in (process.pid, *descendants(process.pid), postmaster, *descendants(postmaster)):
                kill(one)
        process.wait()

    def url(self, port: int) -> str:
        """Return the address of the database on a port, as it stands in NODE_DATABASE_URL."""
        return self._address(port, _DATABASE, _USER)

    def places(self) -> dict[str, str]:
        """Return the variables of HAProxy for the database."""
        found = {"DATABASE_WRITING": _here(self.writing), "DATABASE_READING": _here(self.reading)}
        for member in self.members:
            found[f"DATABASE_{member.name.upper()}"] = _here(member.port)
            found[f"PATRONI_{member.name.upper()}"] = str(member.rest)
        return found

    def start_proxy(self, places: Mapping[str, str]) -> None:
        """Start HAProxy; `places` are its variables for the web."""
        variables = {**places, **self.places()}
        self._run("haproxy", variables, "-db", "-f", str(FILES / "haproxy.cfg"), as_somebody=False)
        # It takes all servers for well until it has looked at them.
        time.sleep(3)
        if not until(self._is_led, 60):
            raise RuntimeError("HAProxy does not lead to the database")

    def stop(self) -> None:
        """End everything and remove what it kept."""
        for process in reversed(self._processes.values()):
            ended = [process.pid, *descendants(process.pid)]
            for one in reversed(ended):
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGTERM)
        for process in self._processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=30)
        for member in self.members:
            with suppress(OSError, ValueError):
                kill(int((member.data / "postmaster.pid").read_text("utf-8").split()[0]))
        shutil.rmtree(self.folder, ignore_errors=True)

    def _is_led(self) -> bool:
        try:
            psycopg.connect(self.url(self.writing), target_session_attrs="read-write").close()
            psycopg.connect(self.url(self.reading), target_session_attrs="standby").close()
        except psycopg.OperationalError:
            return False
        return True

    def _settings(self, member: Member) -> dict[str, str]:
        return {
            "PATRONI_NAME": member.name,
            "PATRONI_ETCD3_HOSTS": _here(self._etcd),
            "PATRONI_RESTAPI_LISTEN": _here(member.rest),
            "PATRONI_RESTAPI_CONNECT_ADDRESS": _here(member.rest),
            "PATRONI_POSTGRESQL_LISTEN": _here(member.port),
            "PATRONI_POSTGRESQL_CONNECT_ADDRESS": _here(member.port),
            "PATRONI_POSTGRESQL_DATA_DIR": str(member.data),
            "PATRONI_POSTGRESQL_BIN_DIR": str(self._programs),
            "PATRONI_POSTGRESQL_PGPASS": str(self.folder / f"{member.name}.pgpass"),
            "PATRONI_SUPERUSER_USERNAME": "postgres",
            "PATRONI_SUPERUSER_PASSWORD": self._secret,
            "PATRONI_REPLICATION_USERNAME": "replicator",
            "PATRONI_REPLICATION_PASSWORD": self._secret,
        }

    def _run(
        self,
        name: str,
        variables: Mapping[str, str],
        *arguments: str,
        program: str = "",
        as_somebody: bool = True,
    ) -> None:
        command = [installed(program or name), *arguments]
        if self._as and as_somebody:
            command = ["runuser", "-u", self._as, "--", *command]
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command,
                env={**os.environ, **variables},
                cwd=self.folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def _said(self, name: str) -> str:
        return (self.folder / f"patroni-{name}.log").read_text("utf-8", "replace")[-3000:]

    def _address(self, port: int, database: str, user: str) -> str:
        return f"postgresql://{user}:{self._secret}@127.0.0.1:{port}/{database}"


def _here(port: int) -> str:
    return f"127.0.0.1:{port}"
