"""Much to work out goes to a process of its own: what answers readers neither grows by it nor waits for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import structlog
from filelock import FileLock, Timeout

from app.database.trouble import PASSING
from app.shared import log
from app.shared.config import load_settings
from app.shared.errors import DomainError
from app.wiring.meaning import Derivation, Stop
from app.wiring.services import Services

MIN_FOR_PROCESS = 300
"""Passages and records; for fewer, a new process would take longer to begin than the work itself."""
_SLICE = 5.0
"""Seconds after which the process looks whether it is still wanted."""
_PATIENCE = 0.1
_REST = 600.0
"""Seconds until a process is begun again after one that left much: it failed, or others of the node are at it."""
_POLITE = 10
"""The process gives way to those that answer readers by so much (nice)."""
_log = structlog.get_logger(__name__)


class DerivationProcess:
    """Stands before a `Derivation` in processes that answer readers. One process computes for all of a machine."""

    def __init__(self, derivation: Derivation, folder: Path) -> None:
        """Note in `folder` that somebody is at it."""
        self._derivation = derivation
        self._lock = FileLock(folder / "derivation.lock")
        self._process: subprocess.Popen[bytes] | None = None
        self._failed = False
        self._rests_until = 0.0

    def work(self, stop: Stop) -> bool:
        """Do as `Derivation.work` does; what is much goes on in the other process when `stop` has said so."""
        if self._process is None:
            if not self._derivation.lacks(MIN_FOR_PROCESS):
                return self._derivation.work(stop)
            if time.monotonic() < self._rests_until:
                # Where no process can be started or kept, there is still this one.
                return self._failed and self._derivation.work(stop)
        process = self._process or self._begun()
        if process is None:
            return False
        while process.poll() is None:
            if stop():
                return True
            time.sleep(_PATIENCE)
        self._ended(process.returncode)
        return False

    def _begun(self) -> subprocess.Popen[bytes] | None:
        """Begin; None where another process of this machine has begun already."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return None
        command = [sys.executable, "-P", "-m", __name__, str(os.getpid())]
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        except OSError as error:
            self._ended(error.errno or 1)
        return self._process

    def _ended(self, code: int) -> None:
        self._process, self._failed = None, code != 0
        self._lock.release()
        if code:
            _log.warning("derivation.process_failed", code=code)
        if code or self._derivation.lacks(MIN_FOR_PROCESS):
            self._rests_until = time.monotonic() + _REST


def main(parent: int) -> int:
    """Compute until nothing is missing, or until `parent`, the process that began it, has ended; return the exit code.

    Others of the node may be at it: then it ends at once.
    """
    settings = load_settings()
    os.nice(_POLITE)
    log.configure(settings.log_level, settings.log_format)
    services = Services(settings)

    def ends() -> Stop:
        until = time.monotonic() + _SLICE
        return lambda: time.monotonic() > until or os.getppid() != parent

    try:
        while os.getppid() == parent and services.derivation.work(ends()):
            pass
    except (DomainError, *PASSING) as error:
        _log.warning("derivation.interrupted", reason=type(error).__name__)
        return 1
    services.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
