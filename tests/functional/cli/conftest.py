from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from app.cli import main
from app.shared.config import PROJECT_ROOT, Settings
from tests.prepared import with_lexicon
from tests.webnode.texts import concept

Cli = Callable[..., Result]
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def _as_found(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands configure the log of the whole process, and must not see the machine's own settings."""
    for field in Settings.model_fields:
        monkeypatch.delenv(f"NODE_{field.upper()}", raising=False)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder that holds only the real vocabularies."""
    folder = tmp_path / "content"
    shutil.copytree(PROJECT_ROOT / "content" / "vocabulary", folder / "vocabulary")
    return folder


@pytest.fixture
def write(content: Path) -> Write:
    """Write a concept into the content folder."""

    def to(slug: str, text: str = "Der Linienbus fährt öfter.", title: str = "Beispiel") -> Path:
        file = content / "concepts" / slug / "index.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(concept(slug, text, title, review_by="2099-03-01"))
        return file

    to("linienbus")
    to("rufbus", title="Rufbus auf dem Land")
    return to


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """A data folder that holds nothing but the word list."""
    return with_lexicon(tmp_path / "node")


@pytest.fixture
def cli(node: Path, content: Path, write: Write) -> Cli:
    """Call the command on the test's own node and content folder."""

    def call(*arguments: str) -> Result:
        environment = {"NODE_DATA": str(node), "NODE_CONTENT": str(content), "NODE_LOG_LEVEL": "error"}
        return CliRunner(env=environment).invoke(main, arguments, catch_exceptions=False)

    return call
