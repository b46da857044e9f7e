# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from app.cli.serving import PortRefused, PortTaken, check_port, serve
from app.config import Settings


def test_a_free_port_is_accepted_and_left_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_a_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken) as taken:
            check_port("127.0.0.1", port)
    assert (taken.value.host, taken.value.port) == ("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused_with_the_reason() -> None:
    with pytest.raises(PortRefused) as refused:
        check_port("192.0.2.1", 8000)
    assert refused.value.reason


def test_a_folder_called_app_where_the_command_is_called_is_not_taken_for_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(os, "execve", lambda _program, command, _environment: commands.append(command))
    serve(Settings(data=tmp_path))
    options = commands[0][: commands[0].index("-m")]
    (tmp_path / "app" / "content").mkdir(parents=True)
    (tmp_path / "app" / "content" / "__init__.py").touch()
    importing = [*options, "-c", "import app.content.repository"]
    done = subprocess.run(importing, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
