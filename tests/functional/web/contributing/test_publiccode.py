# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A draft of a solution begins with the publiccode.yml of its repository."""

from __future__ import annotations

from io import BytesIO

import pytest

from app.bootstrap import Services
from tests.functional.web.contributing.author import Author, Page, draft_of
from tests.unit.reuse.test_publiccode_reading import FILE


def read(author: Author, data: bytes) -> Page:
    return author.open("/beitragen/publiccode").press("", {}, publiccode=(BytesIO(data), "publiccode.yml"))


def test_the_author_sees_what_was_taken_and_what_was_not(author: Author, services: Services) -> None:
    before = services.catalogue.last_seq()
    page = read(author, FILE.encode())
    assert page.path.endswith("/publiccode")
    assert "legal.license → Softwarelizenz" in page.words
    assert "maintenance.contacts : Nennt eine Person" in page.words
    assert "erika" not in page.words.lower()
    form = author.open(f"{page.path.removesuffix('/publiccode')}/worum")
    assert form.value("title") == "Beispielportal"
    assert form.value("features.0.text") == "Fahrten anbieten"
    assert form.value("body.description").startswith("Gemeinden vermitteln")
    assert services.catalogue.last_seq() == before


def test_a_draft_that_began_otherwise_has_no_such_list(author: Author) -> None:
    draft = draft_of(author.begin("solution"))
    assert not author.open(f"{draft}/publiccode").path.endswith("/publiccode")


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"name: x", "keine lesbare publiccode.yml"), (b"", "wählen Sie"), (b"a: " + b"x" * 300_000, "größer")],
)
def test_another_file_is_refused_with_the_reason(author: Author, data: bytes, words: str) -> None:
    page = read(author, data)
    assert page.status == 422
    assert words in page.document.get_element_by_id("fehler").text_content()
