"""A version can be cited, whichever it is, and the citation leads to the same text for ever."""

from __future__ import annotations

import json

from bibtexparser.entrypoint import parse_string
from flask.testing import FlaskClient

from tests.functional.web.conftest import Read
from tests.webnode.node import STOPPED, STOPPED_PAGE


def test_the_page_offers_the_citation_for_programs(read: Read) -> None:
    links = read(STOPPED_PAGE).xpath("//a[contains(@href, '/zitat.')]")
    assert [link.text for link in links] == ["BibTeX", "RIS", "CSL-JSON"]
    assert [link.get("href") for link in links] == [f"/r/{STOPPED}/v/3/zitat.{end}" for end in ("bib", "ris", "json")]


def test_an_earlier_version_is_cited_as_such(client: FlaskClient) -> None:
    answer = client.get(f"/r/{STOPPED}/v/1/zitat.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="beispielstadt-mitfahrbank-v1.json"'
    (item,) = json.loads(answer.data)
    assert item["URL"] == f"https://erfahrungen.example/r/{STOPPED}/v/1"
    assert item["version"] == "1"


def test_the_operator_answers_for_a_text_that_names_nobody(client: FlaskClient) -> None:
    (entry,) = parse_string(client.get(f"/r/{STOPPED}/v/3/zitat.bib").get_data(as_text=True)).entries
    assert "Beispielverbund" in entry["author"]


def test_what_was_never_published_cannot_be_cited(client: FlaskClient) -> None:
    assert client.get(f"/r/{STOPPED}/v/99/zitat.bib").status_code == 404
    assert client.get(f"/r/{STOPPED}/v/1/zitat.exe").status_code == 404
