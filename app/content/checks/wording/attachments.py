# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wording of findings on files beside a record."""

from __future__ import annotations

from app.content.checks.wording.texts import Texts

TEXTS: Texts = {
    "file_missing": {
        "de": (
            "Die Datei {file} fehlt.",
            "Legen Sie sie neben die index.md oder löschen Sie die Angabe.",
        ),
        "en": (
            "The file {file} is missing.",
            "Put it beside index.md or delete the entry.",
        ),
    },
    "file_not_listed": {
        "de": (
            "Die Datei {file} ist nirgends genannt.",
            "Nennen Sie sie unter media, templates oder translations, oder löschen Sie sie.",
        ),
        "en": (
            "The file {file} is not named anywhere.",
            "Name it under media, templates or translations, or delete it.",
        ),
    },
    "file_type": {
        "de": (
            "Dateien wie {file} sind nicht erlaubt.",
            "Nehmen Sie eine dieser Arten: {allowed}.",
        ),
        "en": (
            "Files like {file} are not allowed.",
            "Use one of these types: {allowed}.",
        ),
    },
    "file_content": {
        "de": (
            "Der Inhalt von {file} passt nicht zur Endung {ending}.",
            "Speichern Sie die Datei neu in dieser Art.",
        ),
        "en": (
            "The content of {file} does not fit the ending {ending}.",
            "Save the file in this type again.",
        ),
    },
    "file_too_large": {
        "de": (
            "Die Datei {file} ist größer als {limit} MB.",
            "Verkleinern Sie sie.",
        ),
        "en": (
            "The file {file} is larger than {limit} MB.",
            "Make it smaller.",
        ),
    },
    "file_empty": {
        "de": (
            "Die Datei {file} ist leer.",
            "Ersetzen Sie sie oder löschen Sie die Angabe.",
        ),
        "en": (
            "The file {file} is empty.",
            "Replace it or delete the entry.",
        ),
    },
    "alt_says_nothing": {
        "de": (
            "Der Alternativtext „{alt}“ sagt nicht, was zu sehen ist.",
            "Beschreiben Sie in einem Satz, was das Bild zeigt.",
        ),
        "en": (
            "The alternative text “{alt}” does not say what can be seen.",
            "Describe in one sentence what the picture shows.",
        ),
    },
    "picture_not_listed": {
        "de": (
            "Das Bild „{file}“ ist nicht unter media genannt.",
            "Tragen Sie es dort mit Alternativtext und Lizenz ein.",
        ),
        "en": (
            "The picture “{file}” is not named under media.",
            "Add it there with alternative text and licence.",
        ),
    },
    "picture_from_elsewhere": {
        "de": (
            "Das Bild „{file}“ liegt auf einem fremden Server.",
            "Legen Sie es neben die index.md, wenn die Lizenz das erlaubt, oder setzen Sie einen Verweis.",
        ),
        "en": (
            "The picture “{file}” lies on somebody else's server.",
            "Put it beside index.md if its licence allows that, or set a link.",
        ),
    },
}
