"""Shared by all commands: options, exit codes, progress, and access to the node."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from app.shared.config import Settings
    from app.wiring import Services

# Settings and services are imported only where a command needs them, so that --help is fast.


class ExitCode(IntEnum):
    """Exit codes of every command."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    UNAVAILABLE = 3
    NOT_FOUND = 4
    INTERRUPTED = 130


EPILOG = (
    "Exit codes: 0 done and nothing found, 1 findings or invalid input, 2 wrong usage or settings, "
    "3 something the node relies on is missing, 4 nothing has that name, 130 stopped by Ctrl-C."
)


def format_option(help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the decorator that gives a command the option --format, passed as `style`: "text" or "json"."""
    choice = click.Choice(["text", "json"])
    return click.option("--format", "style", type=choice, default="text", show_default=True, help=help)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options given before the command's name, which apply to all commands."""

    data: Path | None = None

    def settings(self, **overrides: object) -> Settings:
        """Return the settings, with overrides from the command line; raises SettingsInvalid."""
        from app.shared import log  # noqa: PLC0415 - see above
        from app.shared.config import load_settings  # noqa: PLC0415 - see above

        settings = load_settings(data=self.data, **overrides)
        log.configure(settings.log_level, settings.log_format)
        return settings


@contextmanager
def opened(settings: Settings) -> Iterator[Services]:
    """Open the services of the node, and close them afterwards; raises TextsLost if its repository has gone."""
    from app.records.repository import NotInitialised  # noqa: PLC0415 - see above
    from app.wiring import Services  # noqa: PLC0415 - see above
    from app.wiring.node import Node  # noqa: PLC0415 - see above

    services = Services(settings)
    try:
        yield services
    except NotInitialised:
        # If the repository of a filled node has gone, raise TextsLost instead of suggesting `init`.
        Node(services).need_texts()
        raise
    finally:
        services.close()


@contextmanager
def matching(options: Options) -> Iterator[Services]:
    """Open a node whose tables match this release or do not exist yet; raises OtherTables."""
    from app.database import schema_version  # noqa: PLC0415 - see above

    with opened(options.settings()) as services:
        schema_version.check(services.sessions.engine)
        yield services


@contextmanager
def ready(options: Options) -> Iterator[Services]:
    """Open a filled node and read its vocabularies; raises NotInitialised and OtherTables."""
    with matching(options) as services:
        services.vocabularies.refresh()
        yield services


@contextmanager
def writing(options: Options) -> Iterator[Services]:
    """Open a filled node on the machine that writes; raises NotInitialised, and WrittenElsewhere on any other."""
    with ready(options) as services:
        services.lease.hold()
        yield services


_SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BETWEEN_REDRAWS = 0.1


class ProgressLine:
    """Prints `progress(done, total)` to standard error, once work has taken longer than a few moments."""

    def __init__(self, label: str) -> None:
        self._label = label.capitalize()
        self._stream = sys.stderr
        self._terminal = self._stream.isatty()
        self._pause = _SECONDS_BETWEEN_REDRAWS if self._terminal else _SECONDS_BETWEEN_LINES
        self._next = time.monotonic() + self._pause
        self._drawn = False

    def __call__(self, done: int, total: int) -> None:
        """Print that `done` of `total` are finished, but not more often than a reader can follow."""
        now = time.monotonic()
        finished = done >= total
        if (now < self._next and not finished) or (finished and not self._drawn):
            return
        self._next = now + self._pause
        self._drawn = True
        text = f"{self._label}: {done} of {total}"
        if self._terminal:
            text = f"\r\033[K{text}"
        self._stream.write(text + ("\n" if finished or not self._terminal else ""))
        self._stream.flush()
