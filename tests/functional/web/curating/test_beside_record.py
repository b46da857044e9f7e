"""What stands beside a published record: its age, what municipalities say, what a reader may do, and its end."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from lxml import etree
from sqlmodel import select

from app.catalogue import CatalogueEntry, CatalogueService
from app.identity import Municipality, RoleKind
from app.records.document_writer import write_back
from app.records.git.errors import ObjectUnreadable
from app.review.models import Proposal, Purpose
from app.wiring import Services
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.curating.conftest import Join
from tests.functional.web.curating.member import CASE, Member, Seen, record_at
from tests.webnode.node import publish
from tests.webnode.people import town

ATOM = "{http://www.w3.org/2005/Atom}"
WITHDRAWABLE = "/fallstudien/beispielstadt-mitfahrbank"
RESPOND = f"/rueckmeldung{CASE}"
SAID = {"was": "reuses", "text": "Seit dem Frühjahr."}


def panel(member: Member, path: str = CASE) -> str:
    found = member.open(path).document.xpath("//aside[@aria-labelledby='fuer-sie']")
    return " ".join(" ".join(found[0].itertext()).split()) if found else ""


def plain(seen: Seen) -> str:
    return seen.words.replace("\N{NO-BREAK SPACE}", " ")


def test_readers_see_what_they_may_do(join: Join) -> None:
    assert panel(join("Lesen Beispiel", RoleKind.READER)) == "Für Sie Für unsere Kommune antworten"
    curators = panel(join("Robin Beispiel", RoleKind.CURATOR))
    assert "Stimmt noch" in curators
    assert "Zurückziehen …" in curators
    assert "Bestätigen" not in curators


def test_still_true_is_no_news_but_stands_in_the_history(app: Flask, curator: Member, services: Services) -> None:
    def news() -> tuple[list[str], list[str]]:
        services.follow()
        feed = etree.fromstring(app.test_client().get("/feed.atom").data)
        newest = curator.open("/").document.xpath("//section[@aria-labelledby='neu']//a/@href")
        return [" ".join(entry.itertext()) for entry in feed.iter(f"{ATOM}entry")], newest

    record = record_at(services, WITHDRAWABLE)
    before = news()
    services.review.records.confirm_current(record.kind, record.slug, curator.person, review_by=date(2027, 10, 1))
    assert news() == before
    head = services.catalogue.head(record.id)
    rows = curator.open(f"/r/{record.id}/verlauf").document.xpath("//table//tbody/tr")
    assert f"Fassung {head.ver} (aktuell)" in rows[0].text_content()
    assert ["geprüft, Text unverändert" in row.text_content() for row in rows[:2]] == [True, False]
    last_edit = services.catalogue.last_edit(head)
    assert last_edit.ver == head.ver - 1
    described = json.loads(app.test_client().get(WITHDRAWABLE).text.partition('ld+json">')[2].partition("</script>")[0])
    assert described["dateModified"] == last_edit.at.isoformat()


def test_a_page_says_who_looked_at_the_record_last_and_when(curator: Member, services: Services) -> None:
    record = record_at(services, CASE)
    days = {"confirmed": "2026-11-23", "last_confirmed": "2026-11-20"}
    raw = services.repository.folder(record.path, services.repository.head()).text or b""
    publish(services, {f"{record.path}/index.md": write_back(raw, days).encode()})
    services.follow()
    assert "Zuletzt bestätigt am 23. November 2026." in plain(curator.open(CASE))
    assert "Danke. Es ist vermerkt" in curator.send(curator.open(CASE), "/stimmt-noch").words
    services.follow()
    page = plain(curator.open(CASE))
    assert "Zuletzt geprüft am 24. November 2026." in page
    assert "Zuletzt bestätigt am" not in page
    assert "Von der Kommune bestätigt am 23. November 2026" in page


OVERDUE = "Bis 24. November 2024 hätte jemand prüfen sollen, ob alles noch stimmt; vielleicht ist es veraltet."
ARCHIVED = (
    "Im Archiv: Seit 23. November 2024 hat das niemand bestätigt. Es bleibt lesbar, aber verlassen Sie sich nicht "
    "darauf."
)


@pytest.mark.parametrize(
    ("review_by", "words"),
    [
        (date(2027, 2, 1), ""),
        (date(2026, 12, 1), "Bis 1. Dezember 2026 sollte jemand prüfen, ob alles noch stimmt."),
        (date(2024, 11, 24), OVERDUE),
        (date(2024, 11, 23), ARCHIVED),
    ],
)
def test_the_page_says_how_long_a_record_waits(curator: Member, review_by: date, words: str) -> None:
    record = record_at(curator.services, CASE)
    curator.services.review.records.confirm_current(record.kind, record.slug, curator.person, review_by=review_by)
    (age,) = curator.open(CASE).document.xpath("//main//p[contains(text(), 'Zuletzt geprüft am')]")
    said = (
        str(age.text).replace("\N{NO-BREAK SPACE}", " ").partition("Zuletzt geprüft am 24. November 2026.")[2].strip()
    )
    assert said == words
    assert ("unconfirmed" in age.get("class")) == (review_by < date(2026, 11, 24)), "what may be outdated is marked"
    assert ("im Archiv" in curator.open("/ueberfaellig").words) == words.startswith("Im Archiv")
    curator.services.review.records.confirm_current(record.kind, record.slug, curator.person)


def test_only_the_municipality_confirms(join: Join, services: Services) -> None:
    record = record_at(services, WITHDRAWABLE)
    assert (record.compiled_by, record.confirmed) == ("editors", None)
    namesake = Municipality(name="Beispielstadt", state="BY", ars="09999001")
    for stranger in (
        join("Anders Beispiel", RoleKind.READER, organisation="anderswo", municipality=town("Anderswo", 9)),
        join("Slug Beispiel", RoleKind.READER, organisation="beispielstadt"),
        join("Namen Beispiel", RoleKind.READER, municipality=namesake),
    ):
        assert "Bestätigen" not in panel(stranger, WITHDRAWABLE)
    member = join("Stadt Beispiel", RoleKind.READER, municipality=town("Beispielstadt", 1))
    assert "Bestätigen für unsere Kommune" in panel(member, WITHDRAWABLE)
    member.send(member.open(WITHDRAWABLE), "/bestaetigen")
    assert record_at(services, WITHDRAWABLE).confirmed == "2026-11-24"
    assert "Zuletzt bestätigt am 24. November 2026." in plain(member.open(WITHDRAWABLE))


def test_withdrawn_with_a_reason_and_restored(curator: Member, services: Services, author: Member) -> None:
    seen = curator.open(f"{CASE}/zurueckziehen")
    refused = curator.send(seen, "/zurueckziehen", hinweis="Ein Irrtum, der hier bleiben soll.")
    assert refused.status == 422
    assert refused.field("hinweis", "/zurueckziehen") == "Ein Irrtum, der hier bleiben soll."
    assert refused.document.xpath("//*[@id='fehler']//a[@href='#grund']")
    assert refused.document.get_element_by_id("grund").get("aria-invalid") == "true"
    long = curator.send(refused, "/zurueckziehen", grund="error", hinweis="x" * 501)
    assert long.document.xpath("//*[@id='fehler']//a[@href='#hinweis']")
    assert "auf 500 Zeichen; jetzt sind es 501" in long.words
    seen = curator.send(refused, "/zurueckziehen", grund="error")
    assert seen.status == 410
    assert "Ein Irrtum, der hier bleiben soll." in seen.words
    assert "Eintrag wiederherstellen" in seen.buttons()
    assert "Eintrag wiederherstellen" not in author.open(CASE).buttons()
    assert curator.send(seen, "/wiederherstellen").status == 200
    assert record_at(services, CASE).title


def test_open_proposals_stand_with_the_record(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt offen.")
    assert "Offener Vorschlag: zu prüfen" in panel(curator)
    assert "Offener Vorschlag: zu prüfen" in panel(author)
    author.decide(author.open(f"/vorschlaege/{proposal.id}"), "zuruecknehmen")


def test_a_municipality_responds_and_everybody_reads_it(join: Join, app: Flask) -> None:
    member = join("Dorf Beispiel", RoleKind.READER, municipality=town("Beispieldorf", 10))
    seen = member.send(member.open(RESPOND), RESPOND, **SAID)
    assert seen.path == CASE
    read = app.test_client().get(CASE).get_data(as_text=True)
    assert "1 Kommune nutzt das auch" in read
    assert "Seit dem Frühjahr." in read
    again = member.open(RESPOND)
    assert "Sie antworten für: Beispieldorf, Hessen" in again.words
    assert again.field("text", RESPOND) == SAID["text"]
    member.send(again, "/zuruecknehmen")
    assert "1 Kommune nutzt das auch" not in app.test_client().get(CASE).get_data(as_text=True)


def test_a_lesson_is_responded_to(join: Join, services: Services) -> None:
    lesson = record_at(services, CASE).lessons[0]
    member = join("Weiler Beispiel", RoleKind.READER, municipality=town("Beispielweiler", 11))
    link = member.open(CASE).document.xpath(f"//article[@id='lehre-{lesson.id}']//a[contains(@href, 'lehre=')]")[0]
    seen = member.open(link.get("href"))
    assert lesson.statement in seen.words
    refused = member.send(seen, RESPOND, was="contradicts")
    assert refused.status == 422
    assert "was bei Ihnen anders war" in refused.words
    seen = member.send(refused, RESPOND, text="Bei uns kam <b>niemand</b> <script>alert(1)</script>.")
    shown = seen.document.get_element_by_id(f"lehre-{lesson.id}").text_content()
    assert "bei 1 war es anders" in shown
    assert "<script>alert(1)</script>" in seen.words
    assert seen.document.xpath("//main//script") == []


def test_a_response_has_the_place_of_its_person_and_curators_take_it_down(join: Join, curator: Member) -> None:
    member = join("Markt Beispiel", RoleKind.READER, municipality=town("Beispielmarkt", 12))
    seen = member.send(member.open(RESPOND), RESPOND, was="confirms", ort="Berlin", land="BE", ars="11000000")
    assert "Beispielmarkt (Hessen): können wir bestätigen" in seen.words
    assert "Berlin" not in seen.words
    slug = member.open(RESPOND).form("/zuruecknehmen").get("action", "").split("/")[2]
    assert member.open(f"/rueckmeldung/rueckmeldungen/{slug}").status == 404
    before = curator.open(CASE)
    (form,) = [form for form in before.document.forms if "/rueckmeldungen/06999012-" in (form.get("action") or "")]
    assert "Beispielmarkt" not in curator.send(before, form.get("action")).words


def test_without_a_municipality_one_learns_why_and_whom_to_ask(join: Join) -> None:
    reader = join("Ohne Beispiel", RoleKind.READER, organisation="beispielverbund")
    link = reader.open(CASE).document.xpath("//aside[@aria-labelledby='fuer-sie']//a[contains(@href, 'rueckmeldung')]")
    seen = reader.open(link[0].get("href"))
    assert seen.status == 403
    assert "keine Kommune hinterlegt" in seen.words
    assert OPERATOR["operator_email"] in seen.words
    assert seen.document.xpath(f"//main//a[@href='{CASE}']")


MOVING = "/fallstudien/beispielstadt-kopie"
MOVING_FILE = "case-studies/beispielstadt-kopie/index.md"
MOVING_FORM = f"/rueckmeldung{MOVING}"
WITHDRAWN = (
    b"---\nschema: withdrawn/1\nid: 10000000-0000-4000-8000-0000000000c0\nkind: case-study\nreason: error\n"
    b'title: "Beispiel"\n---\n'
)
TYPED = {"was": "contradicts", "text": "Bei uns kam niemand, und zwar aus drei Gründen."}


@pytest.fixture
def moving(services: Services) -> bytes:
    """A record with a lesson of its own, as it is published at the beginning."""
    text = services.repository.folder("case-studies/beispielkreis-starkregen", services.repository.head()).text or b""
    text = text.replace(record_at(services, CASE).id.encode(), b"10000000-0000-4000-8000-0000000000c0")
    publish(services, {MOVING_FILE: text})
    services.follow()
    return text


def move(services: Services, text: bytes) -> None:
    publish(services, {MOVING_FILE: text})
    services.follow()


def test_a_lesson_that_goes_meanwhile_leaves_what_was_typed(join: Join, services: Services, moving: bytes) -> None:
    member = join("Lehre Beispiel", RoleKind.READER, municipality=town("Beispiellehre", 16))
    form = member.open(f"{MOVING_FORM}?lehre=feuerwehr-zuerst")
    move(services, moving.replace(b"id: feuerwehr-zuerst", b"id: feuerwehr-fragen"))
    seen = member.send(form, MOVING_FORM, **TYPED)
    assert seen.status == 409
    assert "wurde aus dem Eintrag genommen oder geteilt" in seen.words
    assert (seen.field("text", MOVING_FORM), seen.field("was", MOVING_FORM)) == (TYPED["text"], TYPED["was"])
    assert "Sie äußern sich zum ganzen Eintrag." in seen.words
    assert "Beispiellehre (Hessen): bei uns war es anders" in member.send(seen, MOVING_FORM).words


def test_what_was_typed_comes_back_when_anything_has_changed(join: Join, services: Services) -> None:
    member = join("Fassung Beispiel", RoleKind.READER, municipality=town("Beispielfassung", 17))
    form = member.open(RESPOND)
    gone = "/rueckmeldung/fallstudien/gibt-es-nicht"
    hidden = member.send(replace(form, path=gone), gone, **TYPED)
    assert hidden.status == 404
    assert TYPED["text"] in hidden.words
    seen = member.send(form, RESPOND, fassung="sha256:" + "0" * 64, **TYPED)
    assert seen.status == 409
    assert "Der Eintrag hat sich geändert" in seen.words
    assert seen.field("text", RESPOND) == TYPED["text"]
    services.identity.affiliations.set(member.person.id, None, actor=member.person.id)
    refused = member.send(seen, RESPOND)
    assert refused.status == 403
    assert TYPED["text"] in refused.words
    assert "Beispielfassung" not in member.open(CASE).words
    services.identity.affiliations.set(member.person.id, town("Beispielfassung", 17), actor=member.person.id)
    assert "Beispielfassung (Hessen)" in member.send(seen, RESPOND).words, "about the version that stands"


def test_a_record_withdrawn_meanwhile_leaves_the_text(join: Join, services: Services, moving: bytes) -> None:
    member = join("Entzug Beispiel", RoleKind.READER, municipality=town("Beispielentzug", 18))
    assert "Beispielentzug (Hessen)" in member.send(member.open(MOVING_FORM), MOVING_FORM, was="confirms").words
    form = member.open(MOVING_FORM)
    move(services, WITHDRAWN)
    seen = member.send(form, MOVING_FORM, **TYPED)
    assert seen.status == 410
    assert TYPED["text"] in seen.words
    assert "während Sie schrieben, zurückgezogen" in seen.words
    assert seen.document.xpath(f"//main//a[@href='{MOVING}']")
    taken_back = member.send(form, "/zuruecknehmen")
    assert (taken_back.status, taken_back.path) == (200, "/")
    move(services, moving)
    assert "Beispielentzug" not in member.open(MOVING).words


NOTE = "Die Zahlen stammten aus einem anderen Jahr."


@pytest.fixture
def withdrawn(author: Member, curator: Member, services: Services) -> Iterator[Proposal]:
    """A record that its author sent, the editors published, and then withdrew."""
    proposal = author.proposes_new("Beispieldorf: bald zurückgezogen")
    curator.publishes(proposal)
    services.review.records.withdraw_record(proposal.kind, proposal.slug, curator.person, reason="error", note=NOTE)
    services.follow()
    yield proposal
    services.review.records.withdraw_record(proposal.kind, proposal.slug, curator.person, reason="personal-data")


def test_a_withdrawal_is_told_with_its_reason(withdrawn: Proposal, author: Member, curator: Member) -> None:
    for path in ("/vorschlaege", "/beitragen"):
        seen = author.open(path)
        (item,) = [one for one in seen.document.xpath("//main//li") if withdrawn.title in one.text_content()]
        words = " ".join(item.text_content().split())
        assert "danach zurückgezogen (fehlerhaft)" in words, path
        assert "Zur Prüfung gesendet" not in seen.words
    state = author.open(f"/vorschlaege/{withdrawn.id}").document.get_element_by_id("stand")
    words = " ".join(state.text_content().split())
    assert "Der Eintrag wurde danach zurückgezogen. Grund: fehlerhaft." in words
    assert "zeigen" not in words
    assert state.xpath(f".//a[@href='/fallstudien/{withdrawn.slug}']")
    told = f"Die Redaktion hat den Eintrag „{withdrawn.title}“ zurückgezogen. Grund: fehlerhaft. {NOTE}"
    assert told in author.open("/nachrichten").words
    with curator.services.sessions.reading() as db:
        same = select(Proposal).where(Proposal.slug == withdrawn.slug, Proposal.purpose == Purpose.WITHDRAWAL)
        itself = db.scalars(same).one()
    state = curator.open(f"/vorschlaege/{itself.id}").document.get_element_by_id("stand")
    assert "danach zurückgezogen" not in state.text_content(), "the withdrawal itself was not withdrawn afterwards"


def test_a_broken_note_closes_no_page(withdrawn: Proposal, author: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(_service: CatalogueService, _entry: CatalogueEntry) -> None:
        raise ObjectUnreadable("note")

    monkeypatch.setattr(CatalogueService, "withdrawal", unreadable)
    for path in ("/vorschlaege", "/beitragen", f"/vorschlaege/{withdrawn.id}"):
        assert "zurückgezogen" in author.open(path).words, path
