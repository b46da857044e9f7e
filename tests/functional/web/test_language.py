from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from lxml import html

from app.records.schema import FieldSpec, SchemaSet
from app.shared.wording import FOLDER
from tests.functional.web.conftest import Read
from tests.functional.web.test_routes import ADDRESSES, MISSING
from tests.webnode.node import STOPPED, STOPPED_PAGE

ROOT = Path(__file__).parents[3]
SAME = {"Erfahrungsnetz", "Start", "Version", "Open Source", "App", "Software"}
"""Words that are right in both languages."""


def messages() -> dict[str, str]:
    """English -> German for whole texts without placeholders."""
    with (FOLDER / "de" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)
    single = {str(m.id): str(m.string) for m in catalogue if isinstance(m.id, str) and m.id and not m.context}
    return {en: de for en, de in single.items() if "%(" not in en and en != de} | labels()


def labels() -> dict[str, str]:
    schemas = SchemaSet.load(ROOT / "schemas")
    found: dict[str, str] = {}
    for kind in schemas.kinds:
        found[kind.plural_label("en")] = kind.plural_label("de")
        for spec in kind.fields:
            found |= dict(_labels_of(spec))
    return {en: de for en, de in found.items() if en != de and len(de) > 3}


def _labels_of(spec: FieldSpec) -> Iterator[tuple[str, str]]:
    yield spec.label("en"), spec.label("de")
    yield from ((choice.label("en"), choice.label("de")) for choice in spec.choices)
    for part in (*spec.properties, *([spec.items] if spec.items else [])):
        yield from _labels_of(part)


def interface_texts(document: html.HtmlElement) -> set[str]:
    """The texts of a page that are the interface's own and not the record's."""
    for foreign in document.xpath("//main//*[@lang] | //a[@hreflang]"):
        foreign.drop_tree()
    texts = document.xpath("//body//text()") + document.xpath("//@aria-label")
    return {" ".join(str(text).split()).rstrip(":") for text in texts}


@pytest.mark.parametrize("path", [*ADDRESSES, "/nirgends"])
def test_english_page_has_no_german_interface_words(read: Read, path: str) -> None:
    german = {words.rstrip(":") for words in messages().values()} - set(messages()) - SAME
    texts = interface_texts(read(f"/en{path}", status=404 if path in MISSING else 200))
    assert texts & german == set()


@pytest.mark.parametrize("path", [*ADDRESSES, "/nirgends"])
def test_german_page_has_no_english_interface_words(read: Read, path: str) -> None:
    english = {words.rstrip(":") for words in messages()} - set(messages().values()) - SAME
    texts = interface_texts(read(path, status=404 if path in MISSING else 200))
    assert texts & english == set()


def test_links_stay_in_the_language(read: Read) -> None:
    for path in ADDRESSES:
        document = read(f"/en{path}")
        inside = {a.get("href") for a in document.xpath("//a[not(@hreflang)]") if a.get("href")[0] == "/"}
        assert [href for href in inside if not href.startswith("/en/")] == []


def test_other_language_is_one_link_away_with_the_same_question(read: Read) -> None:
    assert read("/suche?q=Bank&land=HE").xpath("//a[@hreflang='en']/@href") == ["/en/suche?q=Bank&land=HE"]
    assert read("/en/suche?q=Bank&land=HE").xpath("//a[@hreflang='de']/@href") == ["/suche?q=Bank&land=HE"]
    assert read(f"/r/{STOPPED}/v/1").xpath("//a[@hreflang='en']/@href") == [f"/en/r/{STOPPED}/v/1"]


def test_german_text_is_marked_on_english_pages(read: Read) -> None:
    document = read(f"/en{STOPPED_PAGE}")
    assert document.xpath("//h1/@lang") == ["de"]
    assert document.xpath("//p[@class='lead']/@lang") == ["de"]
    assert all(element.get("lang") == "de" for element in document.xpath("//div[@class='prose']"))
    assert not read(STOPPED_PAGE).xpath("//main//*[@lang]")


def test_numbers_and_dates_follow_the_language(read: Read) -> None:
    english = " ".join(read(f"/en{STOPPED_PAGE}").text_content().split())
    assert "€4,500" in english
    assert "18,000 inhabitants" in english
    assert "April 2022 to May 2023" in english


@pytest.mark.parametrize(
    "path", ["/en/api/v1/records", "/en/robots.txt", "/en/static/x/css/site.css", "/english", "/enx"]
)
def test_addresses_without_a_language_have_none(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
