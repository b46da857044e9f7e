"""A real node with a small collection, as the tests of pages and browsers need it.

Every kind is there; one case has three versions, one was withdrawn. Places and bodies are examples.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from app.shared.config import Settings
from app.wiring import Services
from app.wiring.node import Node
from tests.once import made_once
from tests.webnode.clock import SteppingClock

ROOT = Path(__file__).parents[2]
CONTENT = Path(__file__).with_name("content")

STOPPED = "10000000-0000-4000-8000-000000000001"
RUNNING = "10000000-0000-4000-8000-000000000002"
WITHDRAWN = "10000000-0000-4000-8000-000000000003"
STOPPED_PAGE = "/fallstudien/beispielstadt-mitfahrbank"
SOLUTION = "10000000-0000-4000-8000-000000000004"
SOLUTION_PAGE = "/loesungen/beispielportal-loesung"
CONCEPT_PAGE = "/konzepte/beispiel-pruefliste"

_STOPPED_FILE = "case-studies/beispielstadt-mitfahrbank/index.md"
_WITHDRAWAL = f"""\
---
schema: withdrawn/1
id: {WITHDRAWN}
kind: case-study
title: "Beispielstadt: ein Eintrag, der ein Irrtum war"
reason: error
note: "Den Versuch hat es nie gegeben."
successor: case-study/beispielstadt-mitfahrbank
---
"""


def settings(folder: Path, **values: object) -> Settings:
    """Return settings for a node in `folder` that no variable of the surroundings touches."""
    given = {"data": folder / "node", "issuer": "https://erfahrungen.example", "timezone": "Europe/Berlin", **values}
    return Settings.model_validate(given)


def make_node(folder: Path, **values: object) -> Services:
    """Return a copy of the node in `folder`, running with these settings; all nodes of one address have its keys."""
    wanted = settings(folder, **values)
    made = made_once(f"node-{wanted.issuer}", lambda made: _make(made, wanted.issuer))
    shutil.copytree(made / "copied", folder, dirs_exist_ok=True)
    now = datetime.fromisoformat((made / "now").read_text(encoding="utf-8"))
    return Services(wanted, SteppingClock(now))


def one_node(folder: Path, **values: object) -> Iterator[Services]:
    """Give the same to a fixture, and close it in the end."""
    with closing(make_node(folder, **values)) as services:
        yield services


def _make(made: Path, issuer: str) -> None:
    """Import, edit one case twice, withdraw another; keep the time when it was done."""
    clock = SteppingClock()
    folder = made / "copied"
    seed = small_collection(folder / "seed")
    services = Services(settings(folder, issuer=issuer), clock)
    Node(services).init(seed, lambda _step: lambda _done, _total: None)
    _edit(services, lambda text: text.replace("saß dort kaum noch jemand", "nutzte sie kaum noch jemand"))
    _edit(services, _third_version)
    publish(services, {"case-studies/beispielstadt-irrtum/index.md": _WITHDRAWAL.encode()})
    services.follow()
    services.close()
    (made / "now").write_text(clock.now.isoformat(), encoding="utf-8")


def small_collection(folder: Path) -> Path:
    """Make a content folder that holds the small collection and the real vocabularies."""
    shutil.copytree(CONTENT, folder)
    shutil.copytree(ROOT / "content" / "vocabulary", folder / "vocabulary")
    return folder


def text_of(services: Services, folder: str) -> str:
    """Return the published text of the record in `folder`."""
    return (services.repository.folder(folder, services.repository.head()).text or b"").decode()


def publish(services: Services, changes: dict[str, bytes | None]) -> None:
    """Publish files as an editor would."""
    repository = services.repository
    repository.write(changes, message="Edit", author="u-1", expected_head=repository.head())


def _edit(services: Services, change: Callable[[str], str]) -> None:
    text = text_of(services, "case-studies/beispielstadt-mitfahrbank")
    publish(services, {_STOPPED_FILE: change(text).encode()})


def _third_version(text: str) -> str:
    lesson = (
        "  - id: zeigen\n    kind: worked\n    phase: pilot\n    topic: communication\n"
        '    statement: "Ein Schild allein erklärt nichts."\n'
        '    recommendation: "Erklären Sie das Mitfahren bei einem Fest."\n    sources: [zeitung]\n'
    )
    return text.replace("relations:\n", f"{lesson}relations:\n").replace("value: 40", "value: 42")
