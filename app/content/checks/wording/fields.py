# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wording of findings on entries that do not fit the schema."""

from __future__ import annotations

from app.content.checks.wording.texts import Texts

TEXTS: Texts = {
    "required": {
        "de": (
            "Diese Angabe fehlt.",
            "Ergänzen Sie sie. Was nicht bekannt ist, gehört in die offenen Fragen.",
        ),
        "en": (
            "This entry is missing.",
            "Add it. What is not known belongs into the open questions.",
        ),
    },
    "unknown_field": {
        "de": (
            "Diese Angabe kennt das Schema nicht.",
            "Prüfen Sie die Schreibweise. Möglich sind hier: {known}.",
        ),
        "en": (
            "The schema does not know this entry.",
            "Check the spelling. Possible here: {known}.",
        ),
    },
    "not_allowed": {
        "de": (
            "„{value}“ ist hier nicht erlaubt.",
            "Wählen Sie einen dieser Werte: {allowed}.",
        ),
        "en": (
            "“{value}” is not allowed here.",
            "Choose one of these values: {allowed}.",
        ),
    },
    "type": {
        "de": (
            "Erwartet wird {expected}, hier steht „{value}“.",
            "Passen Sie den Wert an.",
        ),
        "en": (
            "Expected is {expected}, but here stands “{value}”.",
            "Adapt the value.",
        ),
    },
    "pattern": {
        "de": (
            "„{value}“ hat nicht die richtige Form.",
            "{shape}",
        ),
        "en": (
            "“{value}” does not have the right form.",
            "{shape}",
        ),
    },
    "too_long": {
        "de": (
            "Der Text hat {actual} Zeichen, erlaubt sind {limit}.",
            "Kürzen Sie ihn.",
        ),
        "en": (
            "The text has {actual} characters, {limit} are allowed.",
            "Shorten it.",
        ),
    },
    "too_short": {
        "de": (
            "Der Text ist leer oder zu kurz.",
            "Ergänzen Sie ihn oder löschen Sie die Angabe.",
        ),
        "en": (
            "The text is empty or too short.",
            "Complete it or delete the entry.",
        ),
    },
    "too_many_items": {
        "de": (
            "Die Liste hat {actual} Einträge, erlaubt sind {limit}.",
            "Kürzen Sie die Liste.",
        ),
        "en": (
            "The list has {actual} entries, {limit} are allowed.",
            "Shorten the list.",
        ),
    },
    "too_few_items": {
        "de": (
            "Hier wird mindestens {limit} Angabe gebraucht.",
            "Ergänzen Sie sie oder löschen Sie das leere Feld.",
        ),
        "en": (
            "At least {limit} entry is needed here.",
            "Add it or delete the empty field.",
        ),
    },
    "too_small": {
        "de": (
            "Der Wert {actual} ist zu klein, mindestens {limit}.",
            "Prüfen Sie die Zahl.",
        ),
        "en": (
            "The value {actual} is too small, at least {limit}.",
            "Check the number.",
        ),
    },
    "too_large": {
        "de": (
            "Der Wert {actual} ist zu groß, höchstens {limit}.",
            "Prüfen Sie die Zahl.",
        ),
        "en": (
            "The value {actual} is too large, at most {limit}.",
            "Check the number.",
        ),
    },
    "duplicate_item": {
        "de": (
            "In der Liste steht etwas doppelt.",
            "Löschen Sie die Wiederholung.",
        ),
        "en": (
            "Something stands twice in the list.",
            "Delete the repetition.",
        ),
    },
    "duplicate_value": {
        "de": (
            "„{value}“ kommt schon vor.",
            "Vergeben Sie jede Kennung nur einmal.",
        ),
        "en": (
            "“{value}” is already taken.",
            "Use each key only once.",
        ),
    },
    "schema": {
        "de": (
            "Die Angabe verletzt eine Regel des Schemas ({rule}): {detail}.",
            "Schlagen Sie in docs/content-format.md nach.",
        ),
        "en": (
            "The entry breaks a rule of the schema ({rule}): {detail}.",
            "Look it up in docs/content-format.md.",
        ),
    },
}
