# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The root of the command line knows its commands, and how errors are worded, without importing them."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from app.cli.command import COMMANDS, main
from app.cli.failure import WORDINGS, described
from app.federation.fetching.port import FetchFailed, FetchRefused
from app.records.git.errors import GitFailed
from app.shared.errors import DomainError
from app.web.offline import copying
from app.wiring import wire


@pytest.mark.parametrize("name", COMMANDS)
def test_help_begins_as_the_command_describes_itself(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    for width in (40, 85):
        told = click.Command(name, help=COMMANDS[name][1]).get_short_help_str(width)
        assert told == command.get_short_help_str(width)


def test_an_unknown_command_is_none() -> None:
    assert main.get_command(click.Context(main), "unknown") is None


def test_every_wording_is_that_of_an_error() -> None:
    assert {wire.__module__, copying.__name__} <= sys.modules.keys()
    # Each imports what it needs, and the errors of that, when it is asked for.
    for name in COMMANDS:
        main.get_command(click.Context(main), name)
    assert set(WORDINGS) - {error.__name__ for error in _below(DomainError)} == set()


def _below(error: type[DomainError]) -> set[type[DomainError]]:
    return {error}.union(*(_below(other) for other in error.__subclasses__()))


def test_help_needs_none_of_the_stores() -> None:
    code = "import sys; from app.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert loaded.isdisjoint({"sqlalchemy", "pydantic", "structlog", "app.shared.config", "app.wiring"})


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FetchFailed("unreachable", "Connection refused"), "does the node run?"),
        (FetchFailed("status", "404"), "it answered with 404"),
        (FetchRefused("port", "9443"), "443 and 8443"),
        (FetchRefused("scheme", "http"), "https alone"),
        (FetchRefused("address", "10.0.0.1"), "leads to 10.0.0.1"),
        (FetchRefused("redirect", "301"), "another address"),
        (GitFailed("push", 1, "fatal: write error: No space left on device"), "disk is full"),
        (GitFailed("push", 1, "fatal: bad object\n"), "git push ended with 1: fatal: bad object"),
    ],
)
def test_what_stands_in_the_way_is_said_in_a_sentence(error: DomainError, said: str) -> None:
    assert said in described(error)
    assert "('" not in described(error)
