# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wording of findings on sources and references."""

from __future__ import annotations

from app.content.checks.wording.texts import Texts

TEXTS: Texts = {
    "unknown_source": {
        "de": (
            "Die Quelle „{key}“ steht nicht in der Quellenliste.",
            "Tragen Sie die Quelle ein oder nehmen Sie eine von diesen: {known}.",
        ),
        "en": (
            "The source “{key}” is not in the list of sources.",
            "Add the source or use one of these: {known}.",
        ),
    },
    "source_unused": {
        "de": (
            "Auf die Quelle „{key}“ beruft sich keine Angabe.",
            "Nennen Sie sie bei einer Angabe oder löschen Sie sie.",
        ),
        "en": (
            "Nothing rests on the source “{key}”.",
            "Name it with a statement or delete it.",
        ),
    },
    "claim_without_source": {
        "de": (
            "Für diese Angabe ist keine Quelle genannt.",
            "Schreiben Sie sources: [kennung] mit einer Kennung aus der Quellenliste.",
        ),
        "en": (
            "No source is named for this entry.",
            "Write sources: [key] with a key from the list of sources.",
        ),
    },
    "paragraph_without_source": {
        "de": (
            "Dieser Absatz nennt keine Quelle: „{start}“",
            "Setzen Sie am Ende eine Fußnote, zum Beispiel [^rechnungshof-2021].",
        ),
        "en": (
            "This paragraph names no source: “{start}”",
            "Put a footnote at its end, for example [^rechnungshof-2021].",
        ),
    },
    "figure_without_source": {
        "de": (
            "Hier steht eine Zahl ohne Quelle: „{start}“",
            "Setzen Sie am Ende eine Fußnote, zum Beispiel [^rechnungshof-2021].",
        ),
        "en": (
            "There is a figure without a source: “{start}”",
            "Put a footnote at its end, for example [^rechnungshof-2021].",
        ),
    },
    "unknown_record": {
        "de": (
            "Den Eintrag „{target}“ gibt es nicht.",
            "Prüfen Sie die Schreibweise oder löschen Sie den Verweis.",
        ),
        "en": (
            "There is no record “{target}”.",
            "Check the spelling or delete the reference.",
        ),
    },
    "points_to_itself": {
        "de": (
            "Der Eintrag verweist auf sich selbst.",
            "Löschen Sie den Verweis.",
        ),
        "en": (
            "The record refers to itself.",
            "Delete the reference.",
        ),
    },
    "target_withdrawn": {
        "de": (
            "Der Eintrag „{target}“ ist zurückgezogen.",
            "Verweisen Sie auf den Nachfolger oder löschen Sie den Verweis.",
        ),
        "en": (
            "The record “{target}” has been withdrawn.",
            "Refer to its successor or delete the reference.",
        ),
    },
    "link_leads_nowhere": {
        "de": (
            "Der Verweis „{target}“ führt ins Leere.",
            "Schreiben Sie case-study/kurzname, den Namen einer Datei neben der index.md oder eine Adresse mit https://.",
        ),
        "en": (
            "The link “{target}” leads nowhere.",
            "Write case-study/name, the name of a file beside index.md or an address with https://.",
        ),
    },
    "unknown_term": {
        "de": (
            "„{value}“ steht nicht im Wortschatz.",
            "Wählen Sie eine dieser Kennungen: {allowed}.",
        ),
        "en": (
            "“{value}” is not in the vocabulary.",
            "Choose one of these keys: {allowed}.",
        ),
    },
}
