from __future__ import annotations

import time

import pytest

from app.review.drafts.report import ReportContact, contact

OFFICE = "Stabsstelle Digitalisierung"
MAILBOX = "digitalisierung@beispielstadt.example"


@pytest.mark.parametrize(
    "text",
    [
        f"Stadt Beispielstadt, {OFFICE}, {MAILBOX}",
        f"Stadt Beispielstadt\n{OFFICE}\nTelefon: 0123 456789\nE-Mail: {MAILBOX}.",
        f"Stadt Beispielstadt – {OFFICE} ({MAILBOX})",
    ],
)
def test_office_mailbox_and_municipality_are_told_apart(text: str) -> None:
    assert contact(text) == ReportContact(role=OFFICE, mailbox=MAILBOX, municipality="Beispielstadt")


def test_a_district_is_known_by_its_name() -> None:
    found = contact("Landkreis Beispielkreis, Amt für IT, it@beispielkreis.example")
    assert (found.municipality, found.kind) == ("Beispielkreis", "district")


@pytest.mark.parametrize(
    "text",
    [
        "Anna Beispiel, Stadt Bstadt, anna.beispiel@bstadt.example",
        "Anna Beispiel, Stadt Bstadt, Anna-Lena_Beispiel2@bstadt.example",
        "Frau Anna Beispiel (Stadt Bstadt), a.beispiel@bstadt.example",
        "Abteilung Dr. Beispiel, Stadt Bstadt, a.beispiel@bstadt.example",
        "Team Müller, Stadt Bstadt, anna.mueller@bstadt.example",
        "Leitung Anna Beispiel, Stadt Bstadt, anna.beispiel@bstadt.example",
    ],
)
def test_nobody_is_named_and_no_personal_mailbox_taken(text: str) -> None:
    assert contact(text) == ReportContact(municipality="Bstadt")


def test_an_office_beside_a_person_is_taken_with_its_own_mailbox() -> None:
    found = contact("Anna Beispiel (Projektleitung), anna.beispiel@bstadt.example, Post: bauamt.info@bstadt.example")
    assert (found.role, found.mailbox) == ("Projektleitung", "bauamt.info@bstadt.example")
    assert contact(f"Projektleitung: Anna Beispiel, {MAILBOX}").role == "Projektleitung"


@pytest.mark.parametrize(
    "office",
    [
        *("Bauamt", "Amt für IT", "Amt Stadtentwicklung", "Referat Klima", "Abteilung Umwelt", "Digital-Team"),
        *("Fachbereich 3", "Dezernat Bauen", "Stab OB", "Büro des Rates", "Untere Naturschutzbehörde"),
        *("Projektleitung", "Leitung des Bauamts", "Stadtverwaltung Bstadt", "Sachgebiet Verkehr"),
    ],
)
def test_offices_are_known_by_their_names(office: str) -> None:
    found = contact(f"Anna Beispiel, {office}, Stadt Bstadt, {MAILBOX}")
    assert (found.role, found.municipality) == (office, "Bstadt")


def test_words_that_only_begin_like_a_place_are_none() -> None:
    assert contact(f"Amt für IT, Stadt und Land, {MAILBOX}").municipality == ""


@pytest.mark.parametrize("piece", ["x", "x*", "[", "a@", ".", "a@b", "amt ", "\\"])
def test_a_long_word_takes_no_longer_than_its_length(piece: str) -> None:
    start = time.perf_counter()
    contact(piece * (160_000 // len(piece)))
    assert time.perf_counter() - start < 3, "tried anew from each letter it would be minutes"


def test_without_an_address_nobody_is_named() -> None:
    assert contact("Fragen beantwortet die Projektleitung.") == ReportContact()
