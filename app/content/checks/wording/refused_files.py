# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wording of why a file cannot be attached, for the form and for those who push with git."""

from __future__ import annotations

from app.content.checks.wording.texts import Texts

_SAVE_ANEW = {
    "de": "Öffnen Sie die Datei in Ihrem Programm und speichern Sie sie neu, ohne Kennwort.",
    "en": "Open the file in your program and save it anew, without a password.",
}
_SMALLER = {
    "de": "Verkleinern Sie die Bilder darin, oder teilen Sie die Datei auf.",
    "en": "Make the pictures in it smaller, or divide the file.",
}

TEXTS: Texts = {
    "attachment_type": {
        "de": ("Eine Datei wie {file} kann nicht beigefügt werden.", "Möglich sind {allowed}."),
        "en": ("A file like {file} cannot be attached.", "Possible are {allowed}."),
    },
    "attachment_svg": {
        "de": (
            "Zeichnungen in SVG und Webseiten können Programme enthalten.",
            "Speichern Sie {file} als PNG-Bild oder PDF.",
        ),
        "en": ("Drawings in SVG and web pages can hold programs.", "Save {file} as a PNG picture or PDF."),
    },
    "attachment_old_office": {
        "de": (
            "{file} ist in einem alten Format (DOC, XLS, PPT) gespeichert oder mit einem Kennwort geschützt.",
            "Speichern Sie die Datei ohne Kennwort als ODT, ODS, ODP, DOCX, XLSX oder PPTX.",
        ),
        "en": (
            "{file} is saved in an old format (DOC, XLS, PPT) or locked with a password.",
            "Save the file without a password as ODT, ODS, ODP, DOCX, XLSX or PPTX.",
        ),
    },
    "attachment_damaged": {
        "de": ("{file} ist beschädigt oder mit einem Kennwort geschützt.", _SAVE_ANEW["de"]),
        "en": ("{file} is damaged or locked with a password.", _SAVE_ANEW["en"]),
    },
    "attachment_macros": {
        "de": ("{file} enthält Makros.", "Speichern Sie die Datei ohne Makros, etwa als DOCX, XLSX, ODT oder ODS."),
        "en": ("{file} holds macros.", "Save the file without macros, for example as DOCX, XLSX, ODT or ODS."),
    },
    "attachment_object": {
        "de": (
            "{file} enthält eine Datei eines anderen Programms.",
            "Fügen Sie sie dort als Bild ein, oder fügen Sie sie hier einzeln bei.",
        ),
        "en": (
            "{file} holds a file of another program.",
            "Put it there as a picture, or attach it here by itself.",
        ),
    },
    "attachment_link": {
        "de": (
            "{file} holt beim Öffnen etwas von anderswo, etwa ein verknüpftes Bild oder Zahlen einer anderen Datei.",
            "Fügen Sie Bilder fest ein, und ersetzen Sie Verknüpfungen durch ihre Werte.",
        ),
        "en": (
            "{file} fetches something from elsewhere when it is opened, such as a picture or another file's figures.",
            "Put pictures into the file, and replace links by their values.",
        ),
    },
    "attachment_drawing": {
        "de": (
            "{file} enthält eine Zeichnung (EMF, WMF oder SVG), aus der sich nichts über ihre Urheber entfernen lässt.",
            "Fügen Sie sie als PNG-Bild ein.",
        ),
        "en": (
            "{file} holds a drawing (EMF, WMF or SVG) from which it cannot be removed who made it.",
            "Put it in as a PNG picture.",
        ),
    },
    "attachment_media": {
        "de": ("{file} enthält Ton oder Film.", "Nehmen Sie beides heraus, und nennen Sie stattdessen eine Adresse."),
        "en": ("{file} holds sound or film.", "Take it out, and name an address instead."),
    },
    "attachment_harmful": {
        "de": ("{file} ist so aufgebaut, wie es kein Büroprogramm tut.", _SAVE_ANEW["de"]),
        "en": ("{file} is built as no office program does it.", _SAVE_ANEW["en"]),
    },
    "attachment_too_large_bytes": {
        "de": ("{file} ist größer als {limit} MB.", _SMALLER["de"]),
        "en": ("{file} is larger than {limit} MB.", _SMALLER["en"]),
    },
    "attachment_too_large_unpacked": {
        "de": ("{file} ist ausgepackt größer als {limit} MB.", _SMALLER["de"]),
        "en": ("{file} is larger than {limit} MB when it is unpacked.", _SMALLER["en"]),
    },
    "attachment_too_large_parts": {
        "de": ("{file} besteht aus mehr als {limit} Teilen.", _SMALLER["de"]),
        "en": ("{file} consists of more than {limit} parts.", _SMALLER["en"]),
    },
    "attachment_too_large_elements": {
        "de": (
            "{file} hat ein Blatt oder einen Text mit mehr als {limit} Million Zellen, Absätzen und anderen Teilen.",
            "Teilen Sie die Datei auf, oder hängen Sie die Tabelle als CSV an.",
        ),
        "en": (
            "{file} has a sheet or text with more than {limit} million cells, paragraphs and other parts.",
            "Split the file, or attach the table as CSV.",
        ),
    },
    "attachment_too_large_pictures": {
        "de": (
            "{file} hat Bilder mit zusammen mehr als {limit} Millionen Bildpunkten.",
            "Verkleinern Sie die Bilder in der Datei.",
        ),
        "en": (
            "{file} has pictures of more than {limit} million pixels together.",
            "Make the pictures in the file smaller.",
        ),
    },
    "attachment_too_large_pixels": {
        "de": ("{file} hat ein Bild mit mehr als {limit} Millionen Bildpunkten.", "Speichern Sie es kleiner."),
        "en": ("{file} has a picture with more than {limit} million pixels.", "Save it smaller."),
    },
}
