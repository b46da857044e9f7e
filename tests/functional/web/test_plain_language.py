from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.web.factory import create_app
from app.web.pages import about
from app.wiring import Services
from tests.functional.web.conftest import OPERATOR, Read
from tests.webnode.node import STOPPED, STOPPED_PAGE, make_node, publish
from tests.webnode.reading import noted

PAGE = "/einfache-sprache"
WORDS_PER_SENTENCE = 15


def texts_of(document: html.HtmlElement) -> list[str]:
    """The paragraphs and list entries of the text, without the list of records."""
    parts = document.xpath("//main/div//p | //main/div//li[not(parent::ul[@class='plain-texts'])]")
    return [" ".join(part.text_content().split()) for part in parts]


def test_sentences_are_short(read: Read) -> None:
    sentences = [sentence for text in texts_of(read(PAGE)) for sentence in re.split(r"[.?!:]\s", text)]
    assert len(sentences) > 60
    assert [sentence for sentence in sentences if len(sentence.split()) > WORDS_PER_SENTENCE] == []


def test_hard_words_are_explained(read: Read) -> None:
    explained = read(PAGE).xpath("//main//li/strong/text()")
    assert {"Fallstudie:", "Lösung:", "Konzept:", "Organisation:"} <= set(explained)


def test_records_with_a_plain_version_are_listed(read: Read) -> None:
    entries = read(PAGE).xpath("//ul[@class='plain-texts']/li")
    assert [entry.find("a").get("href") for entry in entries] == [f"{STOPPED_PAGE}/einfach"]
    assert entries[0].text_content().startswith("Die Mitfahrbank in Beispielstadt")


def test_no_record_without_such_a_version_is_read(
    services: Services, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = noted(services.catalogue, monkeypatch)
    assert client.get(f"{PAGE}?seite=1").status_code == 200
    assert [entry.slug for entry in read] == [STOPPED_PAGE.rpartition("/")[2]]


def test_a_long_list_has_several_pages(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = make_node(tmp_path_factory.mktemp("plain"))
    folder = "case-studies/beispielstadt-mitfahrbank"
    here = services.repository.head()
    found = services.repository.folder(folder, here)
    other = (found.text or b"").decode().replace(STOPPED, STOPPED.replace("0001", "0099"))
    plain = {f"{folder}-2/{one.name}": services.repository.file(folder, one.name, here) for one in found.files}
    publish(services, {**plain, f"{folder}-2/index.md": other.replace("Die Mitf", "Noch eine Mitf").encode()})
    services.follow()
    monkeypatch.setattr(about, "TEXTS", 1)
    client = create_app(services, testing=True).test_client()
    first = html.fromstring(client.get(PAGE).data)
    second = html.fromstring(client.get(first.xpath("//a[@rel='next']/@href")[0]).data)
    shown = [page.xpath("//ul[@class='plain-texts']/li/a/text()") for page in (first, second)]
    assert sorted(shown) == [["Die Mitfahrbank in Beispielstadt"], ["Noch eine Mitfahrbank in Beispielstadt"]]
    assert client.get(f"{PAGE}?seite=99").location == f"{PAGE}?seite=2"
    services.close()


@pytest.mark.parametrize("path", ["/", "/ueber"])
def test_start_and_about_page_lead_here(read: Read, path: str) -> None:
    links = read(path).xpath(f"//main//a[@href='{PAGE}']")
    assert [link.text_content() for link in links] == ["Diese Seite in Einfacher Sprache"]


def test_footer_leads_here_from_every_page(read: Read) -> None:
    assert read("/suche").xpath(f"//footer//a[@href='{PAGE}']/text()") == ["Einfache Sprache"]


def test_english_page_says_that_the_text_is_german(read: Read) -> None:
    document = read(f"/en{PAGE}")
    assert "The text below is in German." in document.xpath("//p[@class='lead']")[0].text_content()
    assert document.xpath("//main/div/@lang") == ["de"]


def test_help_names_who_can_be_asked(read: Read) -> None:
    text = " ".join(texts_of(read(PAGE)))
    assert OPERATOR["operator_email"] in text
    assert OPERATOR["operator_phone"] in text


def test_it_does_not_promise_a_mail_nobody_would_get(read_bare: Read) -> None:
    document = read_bare(PAGE)
    assert "Das geht im Moment noch nicht." in " ".join(texts_of(document))
    assert document.xpath("//main//a[starts-with(@href, 'mailto:')]") == []
