import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.shared.config import load_settings
from app.web.factory import create_app
from app.wiring import Services
from tests.once import made_once
from tests.prepared import seeded_node
from tests.serving import serving

ISSUER = "https://node.example"
WITHDRAWN = "concepts/opencode-nachnutzung"
TOMBSTONE = """\
---
schema: withdrawn/1
id: {id}
kind: concept
reason: superseded
---
"""
COMMON = """\
schema: {kind}/1
id: {id}
kind: {kind}
title: "{title}"
summary: "Ein Beispiel dafür, was Lesende zu einem Eintrag sagen oder fragen."
lang: de
topics: [participation]
license: CC-BY-4.0
compiled_by: municipality
last_confirmed: 2026-10-01
review_by: 2027-10-01
"""
SOURCE = """\
sources:
  - {key: auskunft, title: "Auskunft", publisher: "Beispielstadt", date: 2026-10-01, self_reported: true}
"""
SAID = """\
target: {target}
version: {version}
relation: confirms
place: {{name: Beispielstadt, state: HE, sources: [auskunft]}}
"""
ANSWERED = "namen-marken-hausrecht"


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node with the content of this repository, one record of it withdrawn, a question and a response."""
    folder = tmp_path_factory.mktemp("doors")
    shutil.copytree(made_once("doors", _make), folder, dirs_exist_ok=True)
    services = Services(load_settings(data=folder / "node", issuer=ISSUER))
    yield services
    services.close()


@pytest.fixture(scope="session")
def withdrawn_id(node: Services) -> str:
    """The identifier of the withdrawn record."""
    return next(entry.id for entry in node.catalogue.changes(0) if entry.slug == WITHDRAWN.partition("/")[2])


@pytest.fixture
def client(node: Services) -> FlaskClient:
    """Sends requests to the node."""
    return create_app(node, testing=True).test_client()


@pytest.fixture(scope="module")
def site(node: Services) -> Iterator[str]:
    """The address of the node, which is served to the net."""
    with serving(create_app(node)) as address:
        yield address


def _make(folder: Path) -> None:
    services = seeded_node(load_settings(data=folder / "node", issuer=ISSUER))
    _withdraw(services, WITHDRAWN)
    _ask_and_respond(services)
    services.close()


def _withdraw(services: Services, path: str) -> None:
    head = services.repository.head()
    record = services.content.read(path, head)
    tombstone = TOMBSTONE.format(id=record.id).encode()
    services.repository.write({f"{path}/index.md": tombstone}, message="Withdraw", expected_head=head, author="u-1")
    services.follow()


def _ask_and_respond(services: Services) -> None:
    target = services.content.read(f"concepts/{ANSWERED}", services.repository.head())
    said = SAID.format(target=target.id, version=target.digest)
    files = {
        "questions/beispielfrage/index.md": _record("question", 1, "Wer kennt ein Beispiel?", ""),
        "responses/beispielantwort/index.md": _record("response", 2, "Beispielstadt bestätigt es", said),
        "corrections/beispielkorrektur/index.md": _record("correction", 3, "Korrektur", CORRECTED),
    }
    services.repository.write(files, message="Say", expected_head=services.repository.head(), author="u-1")
    services.follow()


CORRECTED = f"""\
target: https://a.example/r/30000000-0000-4000-8000-000000000004
version: sha256:{"0" * 64}
text: Neu.
reason: Weil.
"""


def _record(kind: str, number: int, title: str, own: str) -> bytes:
    common = COMMON.format(kind=kind, id=f"30000000-0000-4000-8000-{number:012d}", title=title)
    return f"---\n{common}{own}{SOURCE}---\n".encode()
