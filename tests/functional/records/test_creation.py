"""A bare repository is made with its settings, and keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.records.git.bare_repository import ensure_bare
from app.records.git.command import Git

SETTINGS = {
    "core.logAllRefUpdates": "always",
    "user.signingKey": '/srv/Müller & "Söhne" \\ #1; ',
    "gpg.ssh.allowedSignersFile": "/srv/with a\nline",
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What git is asked for by processes of their own, besides making the repository."""
    seen: list[str] = []
    run = Git.run

    def watched(git: Git, *arguments: str, **options: Any) -> Any:
        seen.append(" ".join(arguments[:2]))
        return run(git, *arguments, **options)

    monkeypatch.setattr(Git, "run", watched)
    return seen


def settings_of(git: Git) -> dict[str, str]:
    return {name: git.run("config", "-z", "--get", name).out.decode().rstrip("\0") for name in SETTINGS}


def test_a_new_repository_has_its_settings_from_the_start(tmp_path: Path, asked: list[str]) -> None:
    git = Git(tmp_path / "content.git")
    ensure_bare(git, SETTINGS)
    assert asked == ["config --local"], "no process for each of them"
    assert settings_of(git) == SETTINGS
    assert git.run("rev-parse", "--is-bare-repository").out == b"true\n"
    assert not list(git.git_dir.glob("hooks/*"))


def test_a_setting_that_changed_is_set_alone(tmp_path: Path, asked: list[str]) -> None:
    git = Git(tmp_path / "content.git")
    ensure_bare(git, SETTINGS)
    asked.clear()
    ensure_bare(git, {**SETTINGS, "user.signingKey": "/elsewhere"})
    assert asked == ["config --local", "config --replace-all"]
    assert settings_of(git) == {**SETTINGS, "user.signingKey": "/elsewhere"}
