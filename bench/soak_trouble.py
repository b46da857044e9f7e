"""What else goes on around a node under soak: a peer that publishes and then hangs, and a disk that is full."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from app.catalogue import RecordNotFound
from app.federation.harvest.models import NodeState
from app.federation.issuer import Issuer
from app.shared.config import Settings
from app.shared.errors import DomainError
from app.wiring import Services
from bench.corpus import case_study, write_corpus
from bench.memory import descendants
from bench.soak_kills import until
from bench.soak_people import FULL, HANGING, Book
from tools.demo.nodes import DemoNode
from tools.demo.parts import Part
from tools.serving_node import free_port
from tools.setup.say import say

RECORDS = 20
"""Records of the peer, of which one changes in each round."""
_DISK = 1024
"""Megabytes of the disk that fills up."""
_LEFT, _PIECE = 4 * 1024, 4 * 1024 * 1024


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Put a disk of its own into `folder`; False where this user may not mount one."""
    folder.mkdir(parents=True)
    mount, umount = shutil.which("mount"), shutil.which("umount")
    command = [mount or "", "-t", "tmpfs", "-o", f"size={_DISK}m,mode=700", "tmpfs", str(folder)]
    is_there = bool(mount and umount) and not subprocess.run(command, check=False, capture_output=True).returncode
    try:
        yield is_there
    finally:
        if is_there:
            subprocess.run([umount or "", "--lazy", str(folder)], check=True)


@contextmanager
def peer(folder: Path, settings: Settings, book: Book) -> Iterator[Trouble]:
    """Run a peer below `folder` from which the node of these settings fetches."""
    neighbour = DemoNode(Part(key="nachbar", name="Nachbarnetz", port=free_port(), folders=()), folder)
    write_corpus(neighbour.content, RECORDS)
    with ExitStack() as ends:
        ends.callback(neighbour.stop)
        neighbour.start()
        neighbour.wait()
        services = Services(settings)
        ends.callback(services.close)
        issuer = Issuer.parse(neighbour.part.address)
        seen = services.harvest.look(issuer)
        services.harvest.add(issuer, seen.sha256)
        yield Trouble(neighbour, services, issuer, book)


class Trouble:
    """Makes it, one kind after the other, until it is told to end, and says in the book which is on."""

    def __init__(self, neighbour: DemoNode, services: Services, issuer: Issuer, book: Book) -> None:
        self.done: Counter[str] = Counter()
        self.is_over = False
        self.broken: list[str] = []
        self._book = book
        self._neighbour = neighbour
        self._services = services
        self._issuer = issuer

    def make(self, over: threading.Event, *, pause: float, disk: Path | None) -> None:
        """Have the peer publish and the node fetch it, then let the peer hang, then the disk be full, and so on.

        Each lasts for `pause` seconds; without a `disk` the last one is left out.
        """
        for number in itertools.count(1):
            self._publish(number)
            over.wait(pause)
            with self._hanging():
                self._ask()
                over.wait(pause)
            if disk is not None and not over.wait(pause):
                with self._full(disk):
                    over.wait(pause)
            if over.wait(pause):
                break
        self._ask()
        self._is_there(number)
        self.is_over = True

    def _publish(self, number: int) -> None:
        """Change a record of the peer and have the worker ask for it."""
        place = self._neighbour.content / "case-studies" / f"muster-{number % RECORDS:05d}" / "index.md"
        place.write_text(case_study(number % RECORDS, title=_title(number)), encoding="utf-8")
        self._neighbour.publish()
        self.done["published by the peer"] += 1
        self._ask()

    def _ask(self) -> None:
        """Have the worker ask the peer with its next round, which comes later where the database is busy or full."""
        with suppress(DomainError, DatabaseError):
            self._services.harvest.nodes.change(self._issuer, state=NodeState.ACTIVE)

    def _is_there(self, number: int) -> None:
        """Wait until the node shows what the peer published last."""
        for _ in range(12):
            if until(lambda: self._shows(_title(number)), 5):
                return
            # A round that was under way may have forgotten that it is asked for again.
            self._ask()
        self.broken.append("what the peer published last did not arrive")

    def _shows(self, title: str) -> bool:
        catalogue, origin = self._services.catalogue, self._issuer.origin
        # The newest version is held alone, so another process may replace one between the list and its text.
        with suppress(RecordNotFound):
            return title in {
                catalogue.record(one).title for one in catalogue.heads("case-study") if one.origin == origin
            }
        return False

    @contextmanager
    def _hanging(self) -> Iterator[None]:
        server = self._neighbour.server
        everybody = [server, *descendants(server)]
        with self._named(HANGING):
            for one in everybody:
                os.kill(one, signal.SIGSTOP)
            try:
                yield
            finally:
                for one in everybody:
                    # Some of them may have ended as their parent was killed.
                    with suppress(ProcessLookupError):
                        os.kill(one, signal.SIGCONT)

    @contextmanager
    def _full(self, disk: Path) -> Iterator[None]:
        ballast = disk / "ballast"
        with self._named(FULL):
            try:
                # Others write meanwhile, and may take the last of it.
                with ballast.open("wb") as file, suppress(OSError):
                    while (free := _free(disk) - _LEFT) > 0:
                        size = os.fstat(file.fileno()).st_size
                        os.posix_fallocate(file.fileno(), size, min(free, _PIECE))
                yield
            finally:
                ballast.unlink()

    @contextmanager
    def _named(self, what: str) -> Iterator[None]:
        say(f"{what[0].upper()}{what[1:]} …")
        self.done[what] += 1
        before, self._book.circumstance = self._book.circumstance, what
        try:
            yield
        finally:
            self._book.circumstance = before


def _title(number: int) -> str:
    return f"Musterort im Wandel, Stand {number}"


def _free(disk: Path) -> int:
    seen = os.statvfs(disk)
    return seen.f_bavail * seen.f_frsize
