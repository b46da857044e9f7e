"""The first map of a process finds every record read."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.catalogue import CatalogueService
from app.web.factory import create_app
from app.web.map import view
from app.wiring import Services
from tests.webnode.placed import make_placed_node


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return make_placed_node(tmp_path / "node")


@pytest.fixture
def client(services: Services) -> FlaskClient:
    app = create_app(services, testing=True)
    view.warm_up(app)
    return app.test_client()


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == view.NAME:
            thread.join(60)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_after_any_page_the_map_reads_no_record(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    assert client.get(f"{prefix}/impressum").status_code == 200
    wait()
    monkeypatch.setattr(CatalogueService, "record", lambda *_: pytest.fail("a record was read"))
    assert b'class="map-sign' in client.get(f"{prefix}/karte").data


def test_a_failure_is_left_to_whoever_asks(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(view, "pins", lambda _entries: 1 / 0)
        assert client.get("/impressum").status_code == 200
        wait()
    assert client.get("/karte").status_code == 200


def test_nothing_is_read_again_while_nothing_changes(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/impressum")
    wait()
    monkeypatch.setattr(view, "pins", lambda _entries: pytest.fail("read again"))
    client.get("/ueber")
    wait()
