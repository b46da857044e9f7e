"""What hits say is kept by version and language, so it must follow both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.catalogue import CatalogueEntry, CatalogueService
from app.records.record import Record
from app.web.factory import create_app
from app.wiring import Services
from tests.webnode.node import make_node, publish

SLUG = "beispielkreis-starkregen"
FILE = f"case-studies/{SLUG}/index.md"
SEARCH = "/suche?q=Starkregen"


@pytest.fixture
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = make_node(tmp_path_factory.mktemp("cards"))
    yield services
    services.close()


@pytest.fixture
def app(node: Services) -> Flask:
    return create_app(node, testing=True)


def page(client: FlaskClient, path: str = SEARCH, **options: str) -> str:
    answer = client.get(path, base_url=options.get("base_url", "http://localhost"))
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_new_version_is_shown_at_once(node: Services, app: Flask) -> None:
    client = app.test_client()
    assert "Zweihundert" not in page(client)
    text = node.repository.folder(f"case-studies/{SLUG}", node.repository.head()).text
    publish(node, {FILE: text.replace(b"Hundert Sensoren", b"Zweihundert Sensoren", 1)})
    assert "Zweihundert" in page(client)


def test_a_withdrawn_record_is_gone_at_once(node: Services, app: Flask) -> None:
    client = app.test_client()
    address = f"/fallstudien/{SLUG}"
    assert address in page(client)
    record = node.catalogue.head_by_slug("case-study", SLUG)
    note = f"---\nschema: withdrawn/1\nid: {record.id}\nkind: case-study\nreason: error\n---\n"
    publish(node, {FILE: note.encode()})
    assert address not in page(client)


def test_each_language_and_each_place_of_the_site_has_its_own(app: Flask) -> None:
    client = app.test_client()
    german, english = page(client), page(client, f"/en{SEARCH}")
    assert "Fallstudie ·" in german
    assert "Case study ·" in english
    assert f'href="/en/fallstudien/{SLUG}"' in english
    assert f'href="/netz/fallstudien/{SLUG}"' in page(client, SEARCH, base_url="http://localhost/netz")
    assert page(client) == german


def test_a_second_search_reads_no_record_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    page(client)
    read: list[str] = []
    original = CatalogueService.record

    def record(self: CatalogueService, entry: CatalogueEntry) -> Record:
        read.append(entry.slug)
        return original(self, entry)

    monkeypatch.setattr(CatalogueService, "record", record)
    page(client, "/suche?q=Starkregen%20Sensor")
    assert SLUG not in read


def test_a_solution_of_several_sorts_is_called_a_solution_alone(node: Services, app: Flask) -> None:
    folder = "solutions/beispielportal-loesung"
    text = node.repository.folder(folder, node.repository.head()).text
    publish(node, {f"{folder}/index.md": text.replace(b"solution_type: software", b"solution_type: mixed", 1)})
    found = page(app.test_client(), "/loesungen")
    assert 'hit-place">Lösung' in found
    assert "gemischt" not in found
