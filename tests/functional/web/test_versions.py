from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.functional.web.conftest import Read
from tests.webnode.node import STOPPED, STOPPED_PAGE


def test_permanent_address_leads_to_the_readable_one(client: FlaskClient) -> None:
    answer = client.get(f"/r/{STOPPED}")
    assert (answer.status_code, answer.location) == (303, STOPPED_PAGE)
    assert client.get(f"/en/r/{STOPPED}").location == f"/en{STOPPED_PAGE}"
    assert answer.headers["Link"] == f'<https://erfahrungen.example/r/{STOPPED}>; rel="cite-as"'


def test_history_lists_every_version_and_offers_the_last_two(read: Read) -> None:
    document = read(f"/r/{STOPPED}/verlauf")
    links = document.xpath("//table//a/@href")
    assert links == [f"/r/{STOPPED}/v/{number}" for number in (3, 2, 1)]
    assert document.xpath("//select[@name='von']/option[@selected]/@value") == ["2"]
    assert document.xpath("//select[@name='bis']/option[@selected]/@value") == ["3"]


def test_difference_speaks_first_in_words(read: Read) -> None:
    text = " ".join(read(f"/r/{STOPPED}/vergleich?von=1&bis=3").find(".//main").text_content().split())
    assert "1 Feld geändert, Ergebnisse in Zahlen und Fakten: 1 geändert, Lehren: 1 ergänzt." in text


def test_changed_words_are_marked_for_eyes_and_ears(read: Read) -> None:
    document = read(f"/r/{STOPPED}/vergleich?von=1&bis=2")
    assert [element.text_content() for element in document.iter("del")] == ["[entfernt: saß dort]"]
    assert [element.text_content() for element in document.iter("ins")] == ["[ergänzt: nutzte sie]"]


@pytest.mark.parametrize("query", ["von=1&bis=99", "von=99&bis=2"])
def test_version_that_never_was_is_not_found(read: Read, query: str) -> None:
    read(f"/r/{STOPPED}/vergleich?{query}", status=404)


@pytest.mark.parametrize("query", ["von=x&bis=y", "von=-1", "von=", "bis=1e9", "von=٣"])
def test_nonsense_in_the_address_is_no_error(client: FlaskClient, query: str) -> None:
    assert client.get(f"/r/{STOPPED}/vergleich?{query}").status_code in {200, 404}
