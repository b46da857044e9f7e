"""Pages for which many records are read: nobody waits for them long, and who comes again finds them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.catalogue import CatalogueEntry, CatalogueService
from app.records.record import Record
from app.shared.confinement import background
from app.web.doors.dcat import _making
from app.web.factory import create_app
from app.web.map import view
from tests.webnode.placed import make_placed_node


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Once it is set, records can be read."""
    event, record = threading.Event(), CatalogueService.record

    def slow(catalogue: CatalogueService, entry: CatalogueEntry) -> Record:
        assert event.wait(60)
        return record(catalogue, entry)

    monkeypatch.setattr(background, "PATIENCE", 0.1)
    monkeypatch.setattr(view, "MAX_AT_ONCE", 0)
    monkeypatch.setattr(CatalogueService, "record", slow)
    yield event
    event.set()


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return create_app(make_placed_node(tmp_path / "node"), testing=True).test_client()


def test_who_comes_first_is_told_to_come_again(client: FlaskClient, read: threading.Event) -> None:
    for _ in range(3):
        begun = time.monotonic()
        answer = client.get("/karte")
        assert time.monotonic() - begun < 5
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "Diese Seite wird gerade aus vielen Einträgen zusammengestellt." in answer.get_data(as_text=True)
    read.set()
    for thread in threading.enumerate():
        if thread.name == "map":
            thread.join(60)
    assert client.get("/karte").status_code == 200


def test_other_pages_are_there_meanwhile(client: FlaskClient, read: threading.Event) -> None:
    assert client.get("/karte").status_code == 503
    assert client.get("/impressum").status_code == 200
    read.set()


def test_a_catalogue_for_portals_holds_one_thread(client: FlaskClient, read: threading.Event) -> None:
    app = client.application
    with ThreadPoolExecutor(1) as portals:
        first = portals.submit(app.test_client().get, "/catalog.ttl")
        end = time.monotonic() + 30
        while _making.has_room("") and time.monotonic() < end:
            time.sleep(0.01)
        answer = client.get("/catalog.ttl")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        read.set()
        assert first.result(60).status_code == 200
    assert client.get("/catalog.ttl").status_code == 200
