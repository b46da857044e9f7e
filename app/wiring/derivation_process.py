"""Runs large computations in a separate process, which takes neither time nor memory from processes that serve."""

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
"""Passages and records; for fewer, starting a process would take longer than the work itself."""
_SLICE = 5.0
"""Seconds between checks whether the process is still wanted."""
_PATIENCE = 0.1
_REST = 600.0
"""Seconds before the next process starts if the last one failed, or left much because others compute already."""
_POLITE = 10
"""Niceness of the process, so that requests of readers come first."""
_log = structlog.get_logger(__name__)


class DerivationProcess:
    """Runs a `Derivation` from processes that serve; one such process per machine computes."""

    def __init__(self, derivation: Derivation, folder: Path) -> None:
        """`folder` is where the lock file is created that lets one process per machine compute."""
        self._derivation = derivation
        self._lock = FileLock(folder / "derivation.lock")
        self._process: subprocess.Popen[bytes] | None = None
        self._failed = False
        self._rests_until = 0.0

    def work(self, stop: Stop) -> bool:
        """Do the same as `Derivation.work`; large work continues in the separate process after `stop` returns True."""
        if self._process is None:
            if not self._derivation.lacks(MIN_FOR_PROCESS):
                return self._derivation.work(stop)
            if time.monotonic() < self._rests_until:
                # If a process cannot be started or keeps failing, compute in this one.
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
        """Start the process and return it; None if another process of this machine has started one."""
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
    """Compute until nothing is missing, `parent` ends, or another process computes; return the exit code."""
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
