from __future__ import annotations

import pytest

from app.search.analysis.analyser import GermanAnalyser
from app.search.analysis.words import tokens


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("KI in der Verwaltung", ["KI", "Verwaltung"]),
        ("ki in der verwaltung", ["ki", "verwaltung"]),
        ("Hallenbad sanieren Zuschuss", ["Hallenbad", "Zuschuss"]),
        ("hallenbad sanieren zuschuss", ["hallenbad", "zuschuss"]),
        ("HALLENBAD SANIEREN", ["HALLENBAD"]),
        ("Waffenbesitzkarte beantragen", ["Waffenbesitzkarte"]),
        ("Bodycams für den Vollzugsdienst", ["Bodycams", "Vollzugsdienst"]),
        ("beantragen", []),
        ("Beantragen", []),
        ("Rausgeschmissenes Geld 2024", ["Geld"]),
        ("how much does a village app cost", []),
        ("is there AI for a village", ["AI"]),
        ("Was können wir mit den alten Schaukästen am Rathaus denn noch machen?", []),
        ("Können wir KI nehmen, um endlich die Akten zu ordnen?", ["KI"]),
        ("Rufbus in Wuppsbüttel", ["Rufbus"]),
        ("Erfahrungen mit Nextcloud", ["Erfahrungen", "Nextcloud"]),
        ("", []),
    ],
)
def test_nouns_and_names_are_subjects(german: GermanAnalyser, text: str, subjects: list[str]) -> None:
    found = german.subjects(text)
    assert [token.text for token in tokens(text) if token.start in found] == subjects
