"""The board of gaps, for those who look after records."""

import re

import pytest

from app.web.survey import gaps
from app.wiring import Services
from tests.functional.web.curating.member import Member
from tests.webnode.node import STOPPED_PAGE, publish

BOARD = "/ueberblick/luecken"


def test_editors_find_it_in_their_menu(curator: Member, author: Member) -> None:
    assert BOARD in curator.open("/").document.xpath("//details[@class='account']//a/@href")
    assert BOARD not in author.open("/").document.xpath("//details[@class='account']//a/@href")


def test_open_fields_lead_to_the_records(curator: Member) -> None:
    seen = curator.open(BOARD)
    # Other tests publish on the same node.
    lacking = dict(
        re.findall(r"(Kosten nicht bekannt|Keine Ansprechstelle): (\d+) von \d+ \(Fallstudien\)", seen.words)
    )
    assert int(lacking["Kosten nicht bekannt"]) >= 1
    assert int(lacking["Keine Ansprechstelle"]) >= 2
    assert STOPPED_PAGE in seen.document.xpath("//section[@aria-labelledby='offen']//li/a/@href")


def test_of_many_the_first_are_named_and_a_page_has_all(curator: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = "//section[@aria-labelledby='offen']//details[starts-with(summary, 'Keine Ansprechstelle')]"
    fold = next(one for one in curator.open(BOARD).document.xpath(inside) if "Fallstudien" in one.text_content())
    every = fold.xpath(".//li/a/@href")
    assert len(every) >= 2
    assert not fold.xpath(".//p/a")
    monkeypatch.setattr(gaps, "MAX_OPEN", 1)
    monkeypatch.setattr(gaps, "PAGE_SIZE", 1)
    fold = next(one for one in curator.open(BOARD).document.xpath(inside) if "Fallstudien" in one.text_content())
    assert f"Keine Ansprechstelle: {len(every)} von " in fold.text_content()
    assert fold.xpath(".//li/a/@href") == every[:1]
    (address,) = fold.xpath(".//p/a[.='Alle zeigen']/@href")
    found = []
    while address:
        seen = curator.open(address)
        assert f"Keine Ansprechstelle: {len(every)} von " in seen.words
        found += seen.document.xpath("//main//ul/li/a[not(ancestor::nav)]/@href")
        address = next(iter(seen.document.xpath("//a[@rel='next']/@href")), "")
    assert found == every


def test_a_cell_without_records_leads_to_a_draft(curator: Member) -> None:
    empty = curator.open(BOARD).document.xpath("//table[@class='heat']//td/a[.='0']")
    assert empty
    assert {link.get("href") for link in empty} == {"/beitragen"}
    assert all(link.get("aria-label").endswith("0 Einträge. Entwurf beginnen") for link in empty)


QUESTION = b"""\
---
schema: question/1
id: 30000000-0000-4000-8000-000000000009
kind: question
title: "Wer hat eine Bank am Bahnhof?"
summary: "Beispielstadt sucht Erfahrungen mit einer Mitfahrbank am Bahnhof."
lang: de
topics: [mobility]
license: CC-BY-4.0
compiled_by: municipality
last_confirmed: 2025-01-01
review_by: 2026-01-01
sources:
  - {key: auskunft, title: "Auskunft", publisher: "Beispielstadt", date: 2025-01-01, self_reported: true}
---
"""


def test_a_question_without_an_answer_and_what_is_overdue_are_named(services: Services, curator: Member) -> None:
    publish(services, {"questions/bank-am-bahnhof/index.md": QUESTION})
    services.follow()
    seen = curator.open(BOARD)
    for name in ("fragen", "ueberfaellig"):
        section = f"//section[@aria-labelledby='{name}']"
        assert "/fragen/bank-am-bahnhof" in seen.document.xpath(f"{section}//li/a/@href")
    assert "/ueberfaellig" in seen.document.xpath("//section[@aria-labelledby='ueberfaellig']//a/@href")
    publish(services, {"questions/bank-am-bahnhof/index.md": QUESTION.replace(b"sources:", ANSWER)})
    services.follow()
    answered = curator.open(BOARD)
    assert "/fragen/bank-am-bahnhof" not in answered.document.xpath("//section[@aria-labelledby='fragen']//a/@href")


ANSWER = b"answered_by:\n  - {target: case-study/beispielstadt-mitfahrbank}\nsources:"
