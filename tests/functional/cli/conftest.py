import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main, run
from app.shared.config import PROJECT_ROOT, Settings
from tests.webnode.texts import concept

Cli = Callable[..., Result]
Write = Callable[..., Path]
OF_THE_RUN = {"meaning", "places"}
"""Settings by which all tests go, see tests/conftest.py."""


@pytest.fixture(autouse=True)
def _as_found(monkeypatch: pytest.MonkeyPatch, log_restored: None) -> None:
    """Commands configure the log of the whole process, and must not see the machine's own settings."""
    for field in Settings.model_fields.keys() - OF_THE_RUN:
        monkeypatch.delenv(f"NODE_{field.upper()}", raising=False)


def add_concept(content: Path, slug: str, text: str = "Der Linienbus fährt öfter.", title: str = "Beispiel") -> Path:
    file = content / "concepts" / slug / "index.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(concept(slug, text, title, review_by="2099-03-01"))
    return file


def make_content(folder: Path) -> Path:
    """Make a content folder with the real vocabularies and two concepts."""
    shutil.copytree(PROJECT_ROOT / "content" / "vocabulary", folder / "vocabulary")
    add_concept(folder, "linienbus")
    add_concept(folder, "rufbus", title="Rufbus auf dem Land")
    return folder


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return make_content(tmp_path / "content")


@pytest.fixture
def write(content: Path) -> Write:
    """Write a concept into the content folder."""
    return partial(add_concept, content)


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """An empty data folder."""
    folder = tmp_path / "node"
    folder.mkdir()
    return folder


@pytest.fixture
def cli(node: Path, content: Path) -> Cli:
    """Call the command on the test's own node and content folder."""

    def call(*arguments: str, typed: str | None = None, **variables: str) -> Result:
        environment = {"NODE_DATA": str(node), "NODE_CONTENT": str(content), "NODE_LOG_LEVEL": "error", **variables}
        return CliRunner(env=environment).invoke(main, arguments, input=typed, catch_exceptions=False)

    return call


@pytest.fixture
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `run` make a node ready in this process and end where it would become the server."""
    monkeypatch.setattr(run, "read_program", lambda: None)
    monkeypatch.setattr(run, "run_in_child", lambda work: work())
    monkeypatch.setattr(run, "serve", lambda _settings: None)
