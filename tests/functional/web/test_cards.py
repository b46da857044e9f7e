"""What hits say is kept by version and language, so it must follow both."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.web.factory import create_app
from app.wiring import Services
from tests.webnode.node import make_node, publish, text_of
from tests.webnode.reading import noted
from tests.webnode.texts import withdrawn

SLUG = "beispielkreis-starkregen"
FILE = f"case-studies/{SLUG}/index.md"
SEARCH = "/suche?q=Starkregen"


def page(client: FlaskClient, path: str = SEARCH, **options: str) -> str:
    answer = client.get(path, base_url=options.get("base_url", "http://localhost"))
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_what_is_published_and_what_is_withdrawn_shows_at_once(tmp_path: Path) -> None:
    node = make_node(tmp_path)
    client = create_app(node, testing=True).test_client()
    assert "Zweihundert" not in page(client)
    text = text_of(node, f"case-studies/{SLUG}").replace("Hundert Sensoren", "Zweihundert Sensoren", 1)
    publish(node, {FILE: text.encode()})
    assert "Zweihundert" in page(client)
    record = node.catalogue.head_by_slug("case-study", SLUG)
    publish(node, {FILE: withdrawn("case-study", record.id)})
    assert f"/fallstudien/{SLUG}" not in page(client)
    text = text_of(node, "solutions/beispielportal-loesung")
    mixed = text.replace("solution_type: software", "solution_type: mixed", 1)
    publish(node, {"solutions/beispielportal-loesung/index.md": mixed.encode()})
    found = page(client, "/loesungen")
    assert 'hit-place">Lösung' in found, "of several sorts, it is called a solution alone"
    assert "gemischt" not in found
    node.close()


def test_each_language_and_each_place_of_the_site_has_its_own(client: FlaskClient) -> None:
    german, english = page(client), page(client, f"/en{SEARCH}")
    assert "Fallstudie ·" in german
    assert "Case study ·" in english
    assert f'href="/en/fallstudien/{SLUG}"' in english
    assert f'href="/netz/fallstudien/{SLUG}"' in page(client, SEARCH, base_url="http://localhost/netz")
    assert page(client) == german


def test_a_second_search_reads_no_record_again(
    services: Services, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(client)
    read = noted(services.catalogue, monkeypatch)
    page(client, "/suche?q=Starkregen%20Sensor")
    assert SLUG not in {entry.slug for entry in read}
