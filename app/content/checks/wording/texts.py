# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all wordings share: their shape, and the words for severities, types and forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Texts: TypeAlias = Mapping[str, Mapping[str, tuple[str, str]]]
"""Code to language to message and remedy; placeholders are the parameters of the problem."""

SEVERITIES = {"de": {"error": "Fehler", "warning": "Hinweis"}, "en": {"error": "Error", "warning": "Note"}}
NO_REMEDY = {
    "de": "Schlagen Sie in docs/content-format.md nach.",
    "en": "Look it up in docs/content-format.md.",
}
BODY = {"de": "Text", "en": "Text"}
COUNTED = {
    "de": "Geprüft: {records} Einträge. Fehler: {errors}. Hinweise: {warnings}.",
    "en": "Checked: {records} records. Errors: {errors}. Notes: {warnings}.",
}

SHAPES: Mapping[str, Mapping[str, str]] = {
    "de": {
        "": "Erlaubt ist nur die Form {pattern}.",
        "date": "Schreiben Sie das Datum als JJJJ-MM-TT, zum Beispiel 2026-11-24.",
        "partialDate": "Schreiben Sie 2026, 2026-11 oder 2026-11-24, bei unbekanntem Datum unknown.",
        "url": "Schreiben Sie die ganze Adresse mit https:// am Anfang und ohne Leerzeichen.",
        "slug": "Nehmen Sie nur Kleinbuchstaben a bis z, Ziffern und einzelne Bindestriche.",
        "sourceKey": "Nehmen Sie nur Kleinbuchstaben, Ziffern und Bindestriche, zum Beispiel rechnungshof-2021.",
        "uuid": "Nehmen Sie eine neue UUID in Kleinbuchstaben, zum Beispiel aus dem Programm uuidgen.",
        "fileName": "Nehmen Sie Kleinbuchstaben, Ziffern, Bindestriche und eine Endung, zum Beispiel lageplan.png.",
    },
    "en": {
        "": "Only the form {pattern} is allowed.",
        "date": "Write the date as YYYY-MM-DD, for example 2026-11-24.",
        "partialDate": "Write 2026, 2026-11 or 2026-11-24. If the date is not known, write unknown.",
        "url": "Write the full address, beginning with https:// and without spaces.",
        "slug": "Use lower-case letters a to z, digits and single hyphens only.",
        "sourceKey": "Use lower-case letters, digits and hyphens only, for example rechnungshof-2021.",
        "uuid": "Use a new UUID in lower case, for example from the program uuidgen.",
        "fileName": "Use lower-case letters, digits, hyphens and an ending, for example site-plan.png.",
    },
}

TYPES: Mapping[str, Mapping[str, str]] = {
    "de": {
        "string": "ein Text",
        "number": "eine Zahl ohne Anführungszeichen",
        "integer": "eine ganze Zahl ohne Anführungszeichen",
        "boolean": "true oder false",
        "array": "eine Liste",
        "object": "eine Gruppe von Angaben",
    },
    "en": {
        "string": "a text",
        "number": "a number without quotation marks",
        "integer": "a whole number without quotation marks",
        "boolean": "true or false",
        "array": "a list",
        "object": "a group of entries",
    },
}
