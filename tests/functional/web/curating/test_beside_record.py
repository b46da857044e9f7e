# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands beside a published record: its age, what municipalities say, and what a reader may do."""

from __future__ import annotations

from flask import Flask

from app.bootstrap import Services
from app.identity import RoleKind
from tests.functional.web.curating.conftest import Join
from tests.functional.web.curating.member import CASE, Member, record_at

WITHDRAWABLE = "/fallstudien/beispielstadt-mitfahrbank"
RESPOND = f"/rueckmeldung{CASE}"
SAID = {"was": "reuses", "ort": "Beispieldorf", "land": "HE", "text": "Seit dem Frühjahr."}


def panel(member: Member, path: str = CASE) -> str:
    found = member.open(path).document.xpath("//aside[@aria-labelledby='fuer-sie']")
    return " ".join(found[0].text_content().split()) if found else ""


def test_readers_see_what_they_may_do(join: Join) -> None:
    assert panel(join("Lesen Beispiel", RoleKind.READER)) == ""
    assert "Korrigieren" in panel(join("Alex Beispiel", RoleKind.AUTHOR))
    curators = panel(join("Robin Beispiel", RoleKind.CURATOR))
    assert "Stimmt noch" in curators
    assert "Zurückziehen …" in curators
    assert "Bestätigen" not in curators


def test_nothing_of_a_reader_enters_the_kept_page(app: Flask, curator: Member) -> None:
    anonymous = app.test_client()
    before = anonymous.get(CASE).get_data()
    assert "Stimmt noch" in panel(curator)
    after = app.test_client().get(CASE)
    assert after.get_data() == before
    assert "Für Sie" not in after.get_data(as_text=True)
    assert "ETag" in after.headers


def test_still_true_is_one_click(curator: Member, services: Services) -> None:
    before = record_at(services, CASE)
    seen = curator.send(curator.open(CASE), "/stimmt-noch")
    after = record_at(services, CASE)
    assert after.body == before.body
    assert after.data["last_confirmed"] == "2026-11-24"
    assert "Zuletzt bestätigt am 24. November 2026." in seen.words.replace("\N{NO-BREAK SPACE}", " ")
    assert "Danke. Es ist vermerkt" in seen.words


def test_only_the_municipality_confirms(join: Join, services: Services) -> None:
    record = record_at(services, WITHDRAWABLE)
    assert (record.compiled_by, record.confirmed) == ("editors", None)
    stranger = join("Anders Beispiel", RoleKind.READER, organisation="anderswo")
    assert "Bestätigen" not in panel(stranger, WITHDRAWABLE)
    town = join("Stadt Beispiel", RoleKind.READER, organisation="beispielstadt")
    assert "Bestätigen für unsere Kommune" in panel(town, WITHDRAWABLE)
    town.send(town.open(WITHDRAWABLE), "/bestaetigen")
    assert record_at(services, WITHDRAWABLE).confirmed == "2026-11-24"


def test_withdrawn_with_a_reason_and_restored(curator: Member, services: Services, author: Member) -> None:
    seen = curator.open(f"{CASE}/zurueckziehen")
    refused = curator.send(seen, "/zurueckziehen", hinweis="Ein Irrtum, der hier bleiben soll.")
    assert refused.status == 422
    assert refused.field("hinweis", "/zurueckziehen") == "Ein Irrtum, der hier bleiben soll."
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
    author.send(author.open(f"/vorschlaege/{proposal.id}"), "/zuruecknehmen")


def test_a_municipality_responds_and_everybody_reads_it(join: Join, app: Flask) -> None:
    town = join("Dorf Beispiel", RoleKind.READER, organisation="beispieldorf")
    seen = town.send(town.open(RESPOND), RESPOND, **SAID)
    assert seen.path == CASE
    read = app.test_client().get(CASE).get_data(as_text=True)
    assert "1 Kommune nutzt das auch" in read
    assert "Seit dem Frühjahr." in read
    again = town.open(RESPOND)
    assert again.field("ort", RESPOND) == "Beispieldorf"
    town.send(again, "/zuruecknehmen")
    assert "1 Kommune nutzt das auch" not in app.test_client().get(CASE).get_data(as_text=True)


def test_a_lesson_is_responded_to(join: Join, services: Services) -> None:
    lesson = record_at(services, CASE).lessons[0]
    town = join("Weiler Beispiel", RoleKind.READER, organisation="beispielweiler")
    link = town.open(CASE).document.xpath(f"//article[@id='lehre-{lesson.id}']//a[contains(@href, 'lehre=')]")[0]
    seen = town.open(link.get("href"))
    assert lesson.statement in seen.words
    refused = town.send(seen, RESPOND, was="contradicts", ort="Beispielweiler", land="HE")
    assert refused.status == 422
    assert "was bei Ihnen anders war" in refused.words
    seen = town.send(refused, RESPOND, text="Bei uns kam <b>niemand</b> <script>alert(1)</script>.")
    shown = seen.document.get_element_by_id(f"lehre-{lesson.id}").text_content()
    assert "bei 1 war es anders" in shown
    assert "<script>alert(1)</script>" in seen.words
    assert seen.document.xpath("//main//script") == []


def test_curator_takes_a_response_down(join: Join, curator: Member) -> None:
    town = join("Markt Beispiel", RoleKind.READER, organisation="beispielmarkt")
    town.send(town.open(RESPOND), RESPOND, was="confirms", ort="Beispielmarkt", land="HE")
    before = curator.open(CASE)
    assert "Beispielmarkt (Hessen): können wir bestätigen" in before.words
    (form,) = [form for form in before.document.forms if "/rueckmeldungen/beispielmarkt-" in (form.get("action") or "")]
    assert "Beispielmarkt" not in curator.send(before, form.get("action")).words


def test_nobody_responds_to_a_response(join: Join) -> None:
    town = join("Flecken Beispiel", RoleKind.READER, organisation="beispielflecken")
    seen = town.send(town.open(RESPOND), RESPOND, was="confirms", ort="Beispielflecken", land="HE")
    assert "Beispielflecken" in seen.words
    slug = town.open(RESPOND).form("/zuruecknehmen").get("action", "").split("/")[2]
    assert town.open(f"/rueckmeldung/rueckmeldungen/{slug}").status == 404
