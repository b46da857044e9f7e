# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wording of findings on identity: who a record is, and which names are free."""

from __future__ import annotations

from app.content.checks.wording.texts import Texts

TEXTS: Texts = {
    "id_changed": {
        "de": (
            "Die Kennung ist eine andere als bisher.",
            "Setzen Sie unter id wieder {id} ein. Ein anderer Eintrag braucht einen eigenen Ordner.",
        ),
        "en": (
            "The identifier is not the one it was.",
            "Put {id} under id again. Another record needs a folder of its own.",
        ),
    },
    "id_taken": {
        "de": (
            "Diese Kennung gehört schon zu {record}.",
            "Erzeugen Sie für den neuen Eintrag eine eigene Kennung, oder ändern Sie jenen.",
        ),
        "en": (
            "This identifier belongs to {record} already.",
            "Make an identifier of its own for the new record, or change that one.",
        ),
    },
    "name_taken": {
        "de": (
            "Unter dem Kurznamen {slug} ist inzwischen ein anderer Eintrag veröffentlicht.",
            "Senden Sie den Text als neuen Eintrag noch einmal; er erhält dann einen freien Kurznamen.",
        ),
        "en": (
            "Another record has been published under the name {slug} meanwhile.",
            "Send the text once more as a new record; it then gets a name that is free.",
        ),
    },
    "file_name": {
        "de": (
            "Die Datei kann nicht {file} heißen.",
            "Erlaubt sind Buchstaben ohne Umlaute, Ziffern, Bindestrich, Unterstrich und einzelne Punkte.",
        ),
        "en": (
            "The file cannot be called {file}.",
            "Allowed are letters without accents, digits, hyphen, underscore and single dots.",
        ),
    },
    "file_name_alike": {
        "de": (
            "Die Datei {file} heißt bis auf Groß- und Kleinschreibung wie eine andere Datei dieses Eintrags.",
            "Geben Sie einer der beiden einen anderen Namen: Auf vielen Rechnern bleibt sonst nur eine übrig.",
        ),
        "en": (
            "The file {file} is called like another file of this record, except for capital letters.",
            "Give one of them another name: on many machines only one of them remains otherwise.",
        ),
    },
    "file_name_reserved": {
        "de": (
            "Die Datei kann nicht {file} heißen, weil Windows diesen Namen für sich behält.",
            "Geben Sie der Datei einen anderen Namen, zum Beispiel datei-{file}.",
        ),
        "en": (
            "The file cannot be called {file} because Windows keeps this name to itself.",
            "Give the file another name, such as file-{file}.",
        ),
    },
    "slug_reserved": {
        "de": (
            "Ein Eintrag kann nicht {slug} heißen, weil Windows diesen Namen für sich behält.",
            "Nehmen Sie einen anderen Kurznamen, zum Beispiel {slug}-2.",
        ),
        "en": (
            "A record cannot be called {slug} because Windows keeps this name to itself.",
            "Take another short name, such as {slug}-2.",
        ),
    },
}
