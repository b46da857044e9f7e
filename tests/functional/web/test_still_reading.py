"""Pages for which many records are read: nobody waits for them long, and who comes again finds them."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

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
    assert client.get("/impressum").status_code == 200, "other pages are there meanwhile"
    read.set()
    # A busy machine may be slower than the patience of this test, so a reader comes again as he was told.
    until(lambda: client.get("/karte").status_code == 200)


def test_a_portal_catalogue_takes_two_threads_one_for_an_address(client: FlaskClient, read: threading.Event) -> None:
    app, here, there = client.application, {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}

    def fetch(environ: dict[str, str], form: str = "ttl") -> TestResponse:
        return app.test_client().get(f"/catalog.{form}", environ_base=environ)

    with ThreadPoolExecutor(2) as portals:
        first = portals.submit(fetch, here)
        until(lambda: _making._held.total() == 1)
        answer = fetch(here, "jsonld")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        second = portals.submit(fetch, there)
        until(lambda: not _making.has_room(""))
        assert fetch({"REMOTE_ADDR": "192.0.2.3"}).status_code == 503
        read.set()
        assert [one.result(60).status_code for one in (first, second)] == [200, 200]
    before = _making._held
    assert fetch(here).status_code == 200
    assert before is _making._held, "it is kept"


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def warmed(client: FlaskClient) -> FlaskClient:
    """Whatever page comes first lets every record be read for the map."""
    view.warm_up(client.application)
    return client


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == view.NAME:
            thread.join(60)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_after_any_page_a_map_reads_nothing(warmed: FlaskClient, monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    assert warmed.get(f"{prefix}/impressum").status_code == 200
    wait()
    monkeypatch.setattr(CatalogueService, "record", lambda *_: pytest.fail("a record was read"))
    assert b'class="map-sign' in warmed.get(f"{prefix}/karte").data


def test_a_failure_is_left_to_whoever_asks(warmed: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(view, "pins", lambda _entries: 1 / 0)
        assert warmed.get("/impressum").status_code == 200
        wait()
    assert warmed.get("/karte").status_code == 200


def test_nothing_is_read_again_while_nothing_changes(warmed: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    warmed.get("/impressum")
    wait()
    monkeypatch.setattr(view, "pins", lambda _entries: pytest.fail("read again"))
    warmed.get("/ueber")
    wait()
