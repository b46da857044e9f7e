# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import pytest

from app.review.importing.contact import ReportContact, contact

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


def test_without_an_address_nobody_is_named() -> None:
    assert contact("Fragen beantwortet die Projektleitung.") == ReportContact()
