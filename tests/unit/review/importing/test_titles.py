from __future__ import annotations

import pytest

from app.review.drafts.report import record_title


@pytest.mark.parametrize(
    ("report", "title"),
    [
        ("Kurzbericht: Digitaler Mängelmelder", "Digitaler Mängelmelder"),
        ("Abschlussbericht zum Projekt Rufbus am Abend", "Rufbus am Abend"),
        ("Beschlussvorlage – neue Bänke", "Neue Bänke"),
        ("Rufbus am Abend", "Rufbus am Abend"),
        ("Berichtswesen neu ordnen", "Berichtswesen neu ordnen"),
        ("Microsoft Word - bericht_final.docx", ""),
        ("Dokument1", ""),
        ("Rufbus " * 20, ""),
        ("", ""),
    ],
)
def test_the_title_of_a_record_says_what_it_is_about(report: str, title: str) -> None:
    assert record_title(report) == title
