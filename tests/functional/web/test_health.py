"""What a monitor is told while the node is well, while its disk is full, and while its database is gone."""

import json
import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.database.jobs import JobRow
from app.web.factory import create_app
from app.web.pages import health
from app.wiring import Services
from app.wiring.condition import FULL, LOW, Disk, upkeep_of
from tests.webnode.node import make_node, one_node


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    made = make_node(tmp_path_factory.mktemp("well"))
    made.follow()
    yield made
    made.close()


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A node of its own, because these tests make it ill."""
    yield from one_node(tmp_path)


@pytest.fixture(scope="module")
def client(well: Services) -> FlaskClient:
    return create_app(well).test_client()


def asked(client: FlaskClient, path: str) -> tuple[int, dict[str, Any]]:
    answer = client.get(path)
    return answer.status_code, json.loads(answer.get_data(as_text=True))


def test_a_well_node_says_so(client: FlaskClient) -> None:
    status, found = asked(client, "/healthz")
    assert (status, found["status"], found["rounds"], found["outbox_minutes"]) == (200, "ok", "ok", 0)
    assert asked(client, "/readyz") == (200, {"status": "ok", "writes": True})


def test_how_much_is_free_has_words() -> None:
    states = [Disk(free=free, writable=True).state for free in (FULL - 1, FULL, LOW - 1, LOW)]
    assert states == ["full", "low", "low", "ok"]
    assert Disk(free=LOW, writable=False).state == "read_only"


def test_a_full_disk_is_ill_but_still_read(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "disk_of", lambda _folder: Disk(free=0, writable=True))
    status, found = asked(client, "/healthz")
    assert (status, found["status"], found["trouble"]) == (503, "unavailable", "full")
    assert asked(client, "/readyz")[0] == 200


def test_a_database_without_its_tables_is_unavailable_and_no_crash(services: Services) -> None:
    services.follow()
    client = create_app(services).test_client()
    with services.sessions.begin() as db:
        db.execute(text("ALTER TABLE catalogue_version RENAME TO gone"))
    for path in ("/healthz", "/readyz"):
        assert asked(client, path) == (503, {"status": "unavailable", "part": "OperationalError"})
    assert client.get("/").status_code == 500


def test_whatever_is_wrong_a_monitor_gets_its_answer(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_services: Services) -> None:
        raise RuntimeError("geheim")

    monkeypatch.setattr(health, "upkeep_of", stumble)
    assert asked(client, "/healthz") == (503, {"status": "unavailable", "part": "RuntimeError"})


def test_duties_that_nobody_does_are_named_and_a_mirror_that_was_given_up_is_none(services: Services) -> None:
    services.follow()
    with services.sessions.begin() as db:
        db.add(JobRow(name="maintenance", next_at=services.clock() - timedelta(hours=3)))
        db.add(JobRow(name="forge", next_at=services.clock() - timedelta(days=3)))
    assert upkeep_of(services).late == ("maintenance",)
    status, found = asked(create_app(services).test_client(), "/healthz")
    assert (status, found["rounds"], found["late"]) == (200, "late", ["maintenance"])
    mirrored = Services(services.settings.model_copy(update={"mirror_url": "https://forge.example/stadt/texte.git"}))
    assert "forge" in upkeep_of(mirrored).late
    mirrored.close()


def test_nobody_who_asks_how_a_machine_is_waits_for_a_folder_that_hangs(tmp_path: Path) -> None:
    # Whoever reads a pipe waits until somebody writes, as in a mount whose server says nothing.
    mark = tmp_path / "shared" / "own" / "node"
    mark.parent.mkdir(parents=True)
    os.mkfifo(mark)
    made = make_node(tmp_path / "node", files=str(tmp_path / "shared"))
    client = create_app(made).test_client()
    assert made.own_files is not None
    looking = threading.Thread(target=made.own_files.check)
    looking.start()
    # HAProxy waits for three seconds.
    begun = time.monotonic()
    answers = [asked(client, path) for path in ("/healthz", "/readyz") * 3]
    assert time.monotonic() - begun < 2.0
    assert looking.is_alive()
    assert [(status, "files" in said) for status, said in answers] == [(200, False)] * 6
    mark.write_text("https://anderswo.example", encoding="utf-8")
    looking.join()
    found = [(status, said["files"]) for status, said in (asked(client, path) for path in ("/healthz", "/readyz"))]
    assert found == [(200, "unreachable")] * 2
    for seconds, said in ((0, "ok"), (61, "unreachable")):
        # A look that never came back tells nothing of now.
        made.own_files._checked = True, time.monotonic() - seconds
        assert asked(client, "/healthz")[1]["files"] == said
    made.close()
