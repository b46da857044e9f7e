"""The one search page, and why a hit stands where it stands."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.search.query import Reason, ReasonCode, SearchHit
from app.web.factory import create_app
from app.web.search.hits import why
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.checks import words
from tests.webnode.node import STOPPED, STOPPED_PAGE, make_node, publish, text_of
from tests.webnode.reading import noted
from tests.webnode.texts import withdrawn


def test_hit_says_in_five_lines_what_happened_and_why_it_is_listed(read: Read) -> None:
    document = read("/suche?q=Mitfahrbank")
    hit = document.xpath("//article[@class='hit']")[0]
    assert [mark.text_content() for mark in hit.xpath(".//mark")] == ["Mitfahrbank"], "in the title alone"
    place, outcome, lesson, _facts = (words(line) for line in hit.xpath("p | div/p[@class='hit-place']"))
    assert place == "Fallstudie · Beispielstadt, Hessen · kreisangehörige Stadt, 18.000 Einw."
    assert outcome.startswith("Eingestellt 2023. Zu wenige Mitfahrten")
    assert lesson.startswith("Lehre: ")
    facts = [words(fact) for fact in hit.xpath("p[@class='hit-facts']/span")]
    assert facts[0].startswith("Kosten: 4.500 € einmalig")
    assert facts[1].startswith("Dauer: ")
    (why_here,) = hit.xpath("div/details[not(@open)]")
    assert words(why_here) == "Warum hier „Mitfahrbank“ im Titel"
    assert [words(link) for link in hit.iter("a")][1:] == [f"{name}: {words(hit.find('h3'))}" for name in DECISIONS]
    assert document.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]


DECISIONS = ("Merken", "Nicht geeignet")


def test_a_rejected_hit_is_a_line(read: Read) -> None:
    (hit,) = read(f"/suche?q=Mitfahrbank&land=HE&abgelehnt={STOPPED}").xpath("//article[.//a[contains(., 'doch')]]")
    assert [child.get("class") for child in hit] == ["hit-title", "choosing no-print"]


def test_every_hit_has_a_lesson_if_its_record_has_one(read: Read) -> None:
    (hit,) = read("/suche?thema=mobility&art=case-study").xpath("//article[@class='hit']")[:1]
    assert len(hit.xpath("p[@class='hit-lesson']")) == 1


def test_every_case_says_cost_and_duration_even_where_they_are_not_known(read: Read) -> None:
    for path, labels, count in (
        ("/fallstudien", ["Kosten", "Dauer"], 2),
        ("/loesungen", ["Reife", "Kosten", "Dauer"], 1),
    ):
        hits = read(path).xpath("//article[@class='hit']")
        said = [[words(one).partition(":")[0] for one in hit.xpath(".//p[@class='hit-facts']/span")] for hit in hits]
        assert said == [labels] * count


def test_facets_count_and_can_be_chosen_and_removed(read: Read) -> None:
    document = read("/suche")
    value = document.xpath("//section[h3[@id='filter-ergebnis']]//a[contains(., 'eingestellt')]")[0]
    chosen = read(value.get("href"))
    assert len(chosen.xpath("//article[@class='hit']")) == 1
    removal = chosen.xpath("//ul[@class='filters']//a")[0]
    assert "Ergebnis: eingestellt" in removal.text_content()
    assert len(read(removal.get("href")).xpath("//article[@class='hit']")) == 5


def test_search_keeps_its_filters(read: Read) -> None:
    document = read("/suche?q=Mitfahrten&land=HE")
    inputs = document.xpath("//form[@role='search']//input[@type='search' or @type='hidden']")
    fields = {field.get("name"): field.get("value") for field in inputs}
    assert fields == {"q": "Mitfahrten", "land": "HE"}


def test_nothing_found_offers_ways_on(read: Read) -> None:
    document = read("/suche?q=Xyzzyplugh&land=HE")
    text = document.find(".//main").text_content()
    assert "Nichts gefunden." in text
    assert "/suche?q=Xyzzyplugh" in document.xpath("//main//a/@href")


@pytest.mark.parametrize(
    ("path", "said", "nearest"),
    [
        ("/suche?q=Bodycams+in+der+Beispielstadt", "Zu „Bodycams“ haben wir nichts.", "Am nächsten kommt:"),
        ("/en/suche?q=Bodycams+in+der+Beispielstadt", "We have nothing about “Bodycams”.", "What comes closest:"),
    ],
)
def test_a_word_no_record_is_about_is_named_above_the_nearest(read: Read, path: str, said: str, nearest: str) -> None:
    document = read(path)
    assert not document.xpath("//section[@aria-labelledby='filter']"), "three nearest need no filters"
    text = " ".join(document.find(".//main").text_content().split())
    assert f"{said} {nearest}" in text
    assert 0 < len(document.xpath("//article[@class='hit']")) <= 3
    assert not document.xpath("//select[@name='sort']")


HOSTILE = [
    b"\xff\xfe\x80", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' OR 1=1 --", "a" * 5000,
    "((((((((((((((((((((", "title:* AND [a TO z]", "\u0000\u202e\ufeff", "%", "%(x)s {0} {{7*7}}",
    "../../../../etc/passwd", "\r\nSet-Cookie: x=1",
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("q", text) for text in HOSTILE),
        *((name, text) for name in ("land", "thema", "sort", "seite") for text in HOSTILE[:4]),
    ],
)
def test_hostile_question_is_only_a_question(client: FlaskClient, name: str, text: str | bytes) -> None:
    answer = client.get(f"/suche?{name}={quote(text)}")
    assert answer.status_code == 200
    body = answer.get_data(as_text=True)
    assert "<script>alert" not in body
    assert "<img src=x" not in body
    assert "49" not in body.split('name="q" value="')[1][:60]


@given(text=st.text(max_size=120), page=st.text(max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gets_an_answer(client: FlaskClient, text: str, page: str) -> None:
    asked = {"q": text, "seite": page, "thema": text}
    assert client.get("/suche", query_string=asked, follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("/suche", "2"), ("/suche", "-1"), ("/suche", "0"), ("/suche", "9" * 20), ("/fallstudien", "2"),
        ("/laender/HE", "2"),
    ],
)  # fmt: skip
def test_whoever_asks_for_a_page_that_is_not_there_is_led_to_one(client: FlaskClient, path: str, number: str) -> None:
    answer = client.get(path, query_string={"seite": number}, follow_redirects=True)
    assert answer.status_code == 200
    assert f'href="{STOPPED_PAGE}' in answer.get_data(as_text=True)


PARAMS = {"word": "Rufbus", "label": "Rufbus", "topic": "mobility"}
HIT = SearchHit(uid="1", id="1", origin="", kind="case-study", slug="rufbus", score=1.0)


def worded(app: Flask, *codes: str) -> tuple[str, ...]:
    with app.test_request_context("/suche"):
        app.preprocess_request()
        return why(replace(HIT, reasons=tuple(Reason(code=code, params=PARAMS) for code in codes)))


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_the_search_gives_has_words(app: Flask, code: ReasonCode) -> None:
    (said,) = worded(app, code)
    assert any(one in said for one in ("Rufbus", "Mobilität", "passt auch dem Sinn nach"))


def test_one_phrase_says_why_a_hit_is_listed_and_never_what_was_taken_apart(app: Flask) -> None:
    assert worded(app, ReasonCode.COMPOUND_PART, ReasonCode.WORD_IN_TITLE) == ("„Rufbus“ im Titel",)
    assert worded(app, ReasonCode.COMPOUND_PART) == ("passt teilweise zu „Rufbus“",)


def test_reason_of_a_later_release_is_left_out(app: Flask) -> None:
    assert worded(app, "not_known_yet") == ()


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
    text = text_of(node, f"case-studies/{SLUG}").replace("mit Sensoren", "mit Zweihundert Sensoren", 1)
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


def test_a_search_again_reads_nothing(services: Services, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    page(client)
    read = noted(services.catalogue, monkeypatch)
    page(client, "/suche?q=Starkregen%20Sensor")
    assert SLUG not in {entry.slug for entry in read}
