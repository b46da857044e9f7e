# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wording of findings on the file itself: encoding, head, place."""

from __future__ import annotations

from app.content.checks.wording.texts import Texts

TEXTS: Texts = {
    "not_utf8": {
        "de": (
            "Die Datei ist nicht in UTF-8 gespeichert.",
            "Speichern Sie die Datei mit der Zeichenkodierung UTF-8.",
        ),
        "en": (
            "The file is not stored as UTF-8.",
            "Save the file with the character encoding UTF-8.",
        ),
    },
    "forbidden_character": {
        "de": (
            "Hier steht das unsichtbare Zeichen {character}.",
            "Löschen Sie das Zeichen. Meist genügt es, die Zeile neu zu tippen.",
        ),
        "en": (
            "There is the invisible character {character} here.",
            "Delete it. Typing the line again is usually enough.",
        ),
    },
    "header_missing": {
        "de": (
            "Der Kopf mit den Angaben fehlt.",
            "Beginnen Sie die Datei mit einer Zeile aus drei Bindestrichen: ---",
        ),
        "en": (
            "The head with the entries is missing.",
            "Begin the file with a line of three hyphens: ---",
        ),
    },
    "header_open": {
        "de": (
            "Der Kopf mit den Angaben endet nicht.",
            "Schließen Sie den Kopf mit einer Zeile aus drei Bindestrichen: ---",
        ),
        "en": (
            "The head with the entries does not end.",
            "Close the head with a line of three hyphens: ---",
        ),
    },
    "header_too_large": {
        "de": (
            "Der Kopf ist größer als {limit} KB.",
            "Kürzen Sie die Angaben oder teilen Sie den Eintrag.",
        ),
        "en": (
            "The head is larger than {limit} KB.",
            "Shorten the entries or divide the record.",
        ),
    },
    "body_too_large": {
        "de": (
            "Der Text ist größer als {limit} KB.",
            "Kürzen Sie den Text oder teilen Sie den Eintrag.",
        ),
        "en": (
            "The text is larger than {limit} KB.",
            "Shorten the text or divide the record.",
        ),
    },
    "record_too_large": {
        "de": (
            "Angaben und Text sind zusammen größer als {limit} KB.",
            "Kürzen Sie den Eintrag oder teilen Sie ihn.",
        ),
        "en": (
            "Entries and text together are larger than {limit} KB.",
            "Shorten the record or divide it.",
        ),
    },
    "not_yaml": {
        "de": (
            "Der Kopf ist kein gültiges YAML: {detail}.",
            "Prüfen Sie Einrückung, Doppelpunkte und Klammern. Setzen Sie Text mit Doppelpunkt in Anführungszeichen.",
        ),
        "en": (
            "The head is not valid YAML: {detail}.",
            "Check indentation, colons and brackets. Put text with a colon in quotation marks.",
        ),
    },
    "not_a_mapping": {
        "de": (
            "Der Kopf enthält keine Angaben der Form „Name: Wert“.",
            "Schreiben Sie je Zeile eine Angabe, zum Beispiel title: …",
        ),
        "en": (
            "The head holds no entries of the form “name: value”.",
            "Write one entry a line, for example title: …",
        ),
    },
    "yaml_directive": {
        "de": (
            "Hier steht eine YAML-Anweisung oder ein zweites Dokument.",
            "Löschen Sie die Zeile.",
        ),
        "en": (
            "There is a YAML directive or a second document here.",
            "Delete the line.",
        ),
    },
    "yaml_alias": {
        "de": (
            "Verweise mit * sind nicht erlaubt.",
            "Schreiben Sie den Wert aus. Setzen Sie Text mit * am Anfang in Anführungszeichen.",
        ),
        "en": (
            "Aliases with * are not allowed.",
            "Write the value out. Put text that begins with * in quotation marks.",
        ),
    },
    "yaml_anchor": {
        "de": (
            "Anker mit & sind nicht erlaubt.",
            "Schreiben Sie den Wert aus. Setzen Sie Text mit & am Anfang in Anführungszeichen.",
        ),
        "en": (
            "Anchors with & are not allowed.",
            "Write the value out. Put text that begins with & in quotation marks.",
        ),
    },
    "yaml_tag": {
        "de": (
            "Typangaben mit ! sind nicht erlaubt.",
            "Löschen Sie die Typangabe. Setzen Sie Text mit ! am Anfang in Anführungszeichen.",
        ),
        "en": (
            "Type tags with ! are not allowed.",
            "Delete the tag. Put text that begins with ! in quotation marks.",
        ),
    },
    "merge_key": {
        "de": (
            "Das Zusammenführen mit << ist nicht erlaubt.",
            "Schreiben Sie die Angaben aus.",
        ),
        "en": (
            "Merging with << is not allowed.",
            "Write the entries out.",
        ),
    },
    "key_not_text": {
        "de": (
            "Links vom Doppelpunkt steht kein einfacher Name.",
            "Schreiben Sie links nur den Namen der Angabe.",
        ),
        "en": (
            "There is no plain name left of the colon.",
            "Write only the name of the entry on the left.",
        ),
    },
    "duplicate_key": {
        "de": (
            "Die Angabe „{key}“ steht zweimal hier.",
            "Führen Sie beide zusammen oder löschen Sie eine.",
        ),
        "en": (
            "The entry “{key}” stands here twice.",
            "Combine both or delete one.",
        ),
    },
    "too_deep": {
        "de": (
            "Die Angaben sind tiefer als {limit} Ebenen verschachtelt.",
            "Vereinfachen Sie die Angabe.",
        ),
        "en": (
            "The entries are nested deeper than {limit} levels.",
            "Simplify the entry.",
        ),
    },
    "number_too_large": {
        "de": (
            "Die Zahl {value} ist zu groß.",
            "Setzen Sie sie in Anführungszeichen, wenn sie eine Kennung ist.",
        ),
        "en": (
            "The number {value} is too large.",
            "Put it in quotation marks if it is an identifier.",
        ),
    },
    "withdrawn": {
        "de": (
            "Dieser Eintrag ist zurückgezogen.",
            "Lesen Sie stattdessen den Nachfolger, falls einer genannt ist.",
        ),
        "en": (
            "This record has been withdrawn.",
            "Read its successor instead, if one is named.",
        ),
    },
    "cannot_write_back": {
        "de": (
            "Die Änderung lässt sich nicht speichern.",
            "Ändern Sie die Datei von Hand.",
        ),
        "en": (
            "The change cannot be stored.",
            "Change the file by hand.",
        ),
    },
    "unknown_folder": {
        "de": (
            "Den Ordner „{folder}“ gibt es für Einträge nicht.",
            "Legen Sie den Eintrag in einen dieser Ordner: {allowed}.",
        ),
        "en": (
            "There is no folder “{folder}” for records.",
            "Put the record into one of these folders: {allowed}.",
        ),
    },
    "folder_name": {
        "de": (
            "Der Ordnername „{slug}“ ist nicht erlaubt.",
            "Nehmen Sie nur Kleinbuchstaben a bis z, Ziffern und einzelne Bindestriche, höchstens 80 Zeichen.",
        ),
        "en": (
            "The folder name “{slug}” is not allowed.",
            "Use lower-case letters a to z, digits and single hyphens, at most 80 characters.",
        ),
    },
    "kind_does_not_fit_folder": {
        "de": (
            "Die Art „{kind}“ passt nicht zum Ordner.",
            "Schreiben Sie kind: {expected} oder verschieben Sie den Ordner.",
        ),
        "en": (
            "The kind “{kind}” does not fit the folder.",
            "Write kind: {expected} or move the folder.",
        ),
    },
    "no_record_here": {
        "de": (
            "Hier liegt kein Eintrag.",
            "Legen Sie eine index.md an oder entfernen Sie das.",
        ),
        "en": (
            "There is no record here.",
            "Add an index.md or remove this.",
        ),
    },
    "folder_in_record": {
        "de": (
            "Ein Eintrag hat keine Unterordner.",
            "Legen Sie die Dateien neben die index.md.",
        ),
        "en": (
            "A record has no folders inside.",
            "Put the files beside index.md.",
        ),
    },
    "duplicate_id": {
        "de": (
            "Dieselbe Kennung hat schon {other}.",
            "Vergeben Sie eine neue UUID. Kopieren Sie Kennungen nie mit.",
        ),
        "en": (
            "{other} already has the same identifier.",
            "Give it a new UUID. Never copy identifiers along.",
        ),
    },
    "duplicate_slug": {
        "de": (
            "Denselben Ordnernamen hat schon {other}.",
            "Wählen Sie einen anderen Namen, zum Beispiel mit der Endung -loesung.",
        ),
        "en": (
            "{other} already has the same folder name.",
            "Choose another name, for example with the ending -loesung.",
        ),
    },
}
