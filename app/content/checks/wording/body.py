# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wording of findings on the sections of the text."""

from __future__ import annotations

from app.content.checks.wording.texts import Texts

TEXTS: Texts = {
    "section_missing": {
        "de": (
            "Der Abschnitt „{title}“ fehlt.",
            "Ergänzen Sie ihn mit der Überschrift: ## {title} {{#{id}}}",
        ),
        "en": (
            "The section “{title}” is missing.",
            "Add it with the heading: ## {title} {{#{id}}}",
        ),
    },
    "unknown_section": {
        "de": (
            "Den Abschnitt „{id}“ gibt es bei dieser Art nicht.",
            "Nehmen Sie einen dieser Abschnitte: {allowed}.",
        ),
        "en": (
            "This kind has no section “{id}”.",
            "Use one of these sections: {allowed}.",
        ),
    },
    "section_twice": {
        "de": (
            "Der Abschnitt „{id}“ kommt zweimal vor.",
            "Führen Sie beide zusammen.",
        ),
        "en": (
            "The section “{id}” occurs twice.",
            "Combine both.",
        ),
    },
    "section_empty": {
        "de": (
            "Der Abschnitt ist leer.",
            "Schreiben Sie den Text oder löschen Sie die Überschrift.",
        ),
        "en": (
            "The section is empty.",
            "Write the text or delete the heading.",
        ),
    },
    "text_outside_section": {
        "de": (
            "Hier steht Text vor dem ersten Abschnitt.",
            "Verschieben Sie ihn in einen Abschnitt oder in die Kurzfassung.",
        ),
        "en": (
            "There is text before the first section.",
            "Move it into a section or into the summary.",
        ),
    },
    "heading_without_id": {
        "de": (
            "Dieser Überschrift fehlt die Kennung.",
            "Schreiben Sie zum Beispiel: ## Vorgehen {{#approach}}. Für Zwischentitel nehmen Sie ###.",
        ),
        "en": (
            "This heading lacks its key.",
            "Write for example: ## Vorgehen {{#approach}}. Use ### for headings within a section.",
        ),
    },
    "page_heading": {
        "de": (
            "Eine Überschrift mit einem # steht nur über der Seite.",
            "Nehmen Sie ### für Zwischentitel.",
        ),
        "en": (
            "A heading with a single # stands above the page only.",
            "Use ### for headings within a section.",
        ),
    },
    "hostile_markdown": {
        "de": (
            "Hier stehen zu viele Zeichen der Art {what} beieinander.",
            "Schreiben Sie den Absatz einfacher oder teilen Sie ihn.",
        ),
        "en": (
            "There are too many characters like {what} in one place.",
            "Write the paragraph more simply or divide it.",
        ),
    },
}
