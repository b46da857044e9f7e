# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wording of findings on vocabulary files."""

from __future__ import annotations

from app.content.checks.wording.texts import Texts

TEXTS: Texts = {
    "vocabulary_id": {
        "de": (
            "Der Wortschatz heißt „{id}“, die Datei aber {expected}.yaml.",
            "Geben Sie beiden denselben Namen.",
        ),
        "en": (
            "The vocabulary is called “{id}” but the file {expected}.yaml.",
            "Give both the same name.",
        ),
    },
    "label_twice": {
        "de": (
            "Die Benennung „{label}“ hat schon der Begriff „{other}“.",
            "Behalten Sie sie bei einem Begriff und verbinden Sie beide mit related.",
        ),
        "en": (
            "The concept “{other}” already has the label “{label}”.",
            "Keep it with one concept and connect both with related.",
        ),
    },
    "broader_circle": {
        "de": (
            "Der Begriff „{value}“ steht über sich selbst.",
            "Lösen Sie den Kreis der Oberbegriffe auf.",
        ),
        "en": (
            "The concept “{value}” stands above itself.",
            "Break the circle of broader concepts.",
        ),
    },
    "unused_term": {
        "de": (
            "Den Begriff „{label}“ verwendet kein Eintrag.",
            "Löschen Sie ihn oder ergänzen Sie ein Wort, das in den Einträgen vorkommt.",
        ),
        "en": (
            "No record uses the concept “{label}”.",
            "Delete it or add a word that occurs in the records.",
        ),
    },
}
