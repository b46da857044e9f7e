"""A record with much to say is short on the page: what matters is open, the rest opens."""

from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.checks import words
from tests.webnode.node import RUNNING, make_node, publish, text_of

SLUG = "beispielkreis-starkregen"
FILE = f"case-studies/{SLUG}/index.md"
PAGE = f"/fallstudien/{SLUG}"
KINDS = ("open_question", "advice", "did_not_work", "worked")
_LESSON = """\
  - id: lehre-{number}
    kind: {kind}
    phase: operation
    topic: operation
    statement: "Lehre {number}."
    recommendation: "Tun Sie das."
    sources: [kreis]
"""
_MORE = """\
links:
  - {title: "Zum Warnportal", url: "https://warnung.example/portal"}
contact: {role: "Amt für Wasser", mailbox: "wasser@beispielkreis.example"}
costs:
  - kind: one_time
    covers: all
    amount: 14900
    currency: EUR
    date: "2023"
    basis: measured
    what: "Sensoren"
    paid_by: "Kreis"
    sources: [kreis]
  - kind: monthly
    covers: all
    amount: 400
    currency: EUR
    date: "2023"
    basis: measured
    what: "Betrieb"
    sources: [kreis]
would_share: [call, visit]
open_questions: ["Was kostet es?", "Wer warnt nachts?", "Wie lange hält es?", "Wer zahlt danach?"]
"""


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = make_node(tmp_path_factory.mktemp("long"))
    text = text_of(services, f"case-studies/{SLUG}")
    lessons = "".join(_LESSON.format(number=number, kind=kind) for number, kind in enumerate(KINDS))
    publish(services, {FILE: text.replace("lessons:\n", f"{_MORE}lessons:\n{lessons}", 1).encode()})
    services.follow()
    yield services
    services.close()


def test_three_lessons_are_open_and_other_lessons_long_texts_and_sources_are_folded(read: Read) -> None:
    document = read(PAGE)
    cards = document.xpath("//section[h2[@id='lehren']]/article[contains(@class, 'lesson ')]/@id")
    folded = document.xpath("//article[@class='lesson-fold']/details[not(@open)]")
    assert cards == ["lehre-lehre-2", "lehre-lehre-0", "lehre-lehre-3"], "what is disputed or failed, then a success"
    assert [words(one.find("summary")) for one in folded][-1] == "Lehre 1."
    # An address of its own leads inside, so that the browser opens it.
    assert folded[-1].xpath("./div/@id") == ["lehre-lehre-1"]
    for part in ("problem", "approach", "results", "quellen", "herkunft", "offen"):
        assert document.xpath(f"//details[not(@open)]/div[@id='{part}']"), part
    assert words(document.xpath("//div[@id='offen']/ul/li[4]")[0]) == "Wer zahlt danach?"


def test_lessons_for_the_phase_that_comes_are_the_open_ones(read: Read) -> None:
    document = read(f"{PAGE}?stand=idea")
    assert document.xpath("//section[h2[@id='lehren']]/article[1]/@id") == ["lehre-feuerwehr-zuerst"]


def test_what_five_years_come_to_stands_in_words_and_without_bars(read: Read) -> None:
    document = read(PAGE)
    (cost,) = document.xpath("//header//div[@class='line-cost']/dd")
    assert words(cost).startswith("14.900 € einmalig + 400 € im Monat, rund 38.900 € in fünf Jahren")
    ahead = document.xpath("//div[@class='figure-ahead']")[0]
    assert words(ahead) == "einmalig: 14.900 € fünf Jahre Betrieb: 24.000 €"
    assert ahead.xpath(".//*[local-name()='rect']") == [], "no amount is the whole of the other"
    assert "zahlt: Kreis" in words(document.xpath("//section[h2[@id='kosten']]")[0])


def test_further_addresses_are_links_and_the_office_that_answers_is_one_press_away(read: Read) -> None:
    document = read(f"{PAGE}?q=Was kostet das?")
    (link,) = document.xpath("//section[*[@id='feld-links']]//a")
    assert (link.text_content(), link.get("href")) == ("Zum Warnportal", "https://warnung.example/portal")
    line = document.xpath("//div[@class='line-contact']/dd")[0]
    assert line.xpath("./a/text()") == ["Amt für Wasser", "Nachricht vorbereiten"]
    # Those who have confirmed the record offer to talk about it.
    assert line.xpath("string(./strong)") == "Wir sprechen darüber: Telefonat, Besuch"
    mail = unquote(line.xpath("./a/@href")[1])
    assert mail.startswith("mailto:wasser@beispielkreis.example?subject=")
    assert f"(Fassung 2):\nhttps://erfahrungen.example/r/{RUNNING}/v/2" in mail
    assert mail.rstrip().endswith("Was kostet das?")
