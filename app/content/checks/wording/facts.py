# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wording of findings on dates, figures and style."""

from __future__ import annotations

from app.content.checks.wording.texts import Texts

TEXTS: Texts = {
    "no_such_day": {
        "de": (
            "Den Tag {value} gibt es nicht.",
            "Prüfen Sie Monat und Tag.",
        ),
        "en": (
            "There is no such day as {value}.",
            "Check month and day.",
        ),
    },
    "ends_before_start": {
        "de": (
            "Das Ende ({end}) liegt vor dem Beginn ({start}).",
            "Prüfen Sie beide Daten.",
        ),
        "en": (
            "The end ({end}) lies before the start ({start}).",
            "Check both dates.",
        ),
    },
    "date_in_future": {
        "de": (
            "{value} liegt in der Zukunft.",
            "Tragen Sie den Tag ein, an dem tatsächlich geprüft wurde.",
        ),
        "en": (
            "{value} lies in the future.",
            "Enter the day on which it was actually checked.",
        ),
    },
    "review_overdue": {
        "de": (
            "Der Eintrag sollte bis {value} erneut geprüft werden.",
            "Prüfen Sie, ob alles noch stimmt. Setzen Sie dann last_confirmed und review_by neu.",
        ),
        "en": (
            "The record should have been checked again by {value}.",
            "Check whether all of it still holds. Then renew last_confirmed and review_by.",
        ),
    },
    "stop_reason_missing": {
        "de": (
            "Das Vorhaben ist eingestellt, der Grund fehlt.",
            "Ergänzen Sie stop_reason, zum Beispiel [budget].",
        ),
        "en": (
            "The project was stopped, the reason is missing.",
            "Add stop_reason, for example [budget].",
        ),
    },
    "stop_reason_without_stop": {
        "de": (
            "Ein Grund für das Ende ist genannt, das Vorhaben läuft aber.",
            "Prüfen Sie outcome und stop_reason.",
        ),
        "en": (
            "A reason for stopping is named, but the project goes on.",
            "Check outcome and stop_reason.",
        ),
    },
    "evidence_without_figures": {
        "de": (
            "Die Beleglage 2 braucht Zahlen vorher und nachher.",
            "Ergänzen Sie before und after in results oder schreiben Sie evidence_level: 1.",
        ),
        "en": (
            "Evidence level 2 needs figures before and after.",
            "Add before and after in results or write evidence_level: 1.",
        ),
    },
    "figure_without_unit": {
        "de": (
            "Bei der Zahl {number} bleibt offen, was gezählt wurde.",
            "Nennen Sie die Einheit, zum Beispiel „300 Fahrten“.",
        ),
        "en": (
            "The figure {number} leaves open what was counted.",
            "Name the unit, for example “300 trips”.",
        ),
    },
    "figure_without_date": {
        "de": (
            "Bei der Zahl {number} fehlt der Stand.",
            "Nennen Sie Jahr oder Datum. Ist es nicht bekannt, schreiben Sie in den Angaben unknown.",
        ),
        "en": (
            "The figure {number} lacks its date.",
            "Name year or date. If it is not known, write unknown in the entries.",
        ),
    },
    "figure_not_structured": {
        "de": (
            "Die Zahl {number} steht nur im Satz.",
            "Tragen Sie sie auch als value mit unit und indicator ein, damit man sie vergleichen kann.",
        ),
        "en": (
            "The figure {number} stands in the sentence only.",
            "Enter it as value with unit and indicator too, so that it can be compared.",
        ),
    },
    "long_sentence": {
        "de": (
            "Der Satz hat {words} Wörter: „{start} …“",
            "Teilen Sie ihn. Höchstens {limit} Wörter lesen sich gut.",
        ),
        "en": (
            "The sentence has {words} words: “{start} …”",
            "Divide it. At most {limit} words read well.",
        ),
    },
    "passive_fog": {
        "de": (
            "{share} der Sätze stehen im Passiv, zum Beispiel: „{example}“",
            "Sagen Sie, wer handelt. Höchstens {limit} sind gut lesbar.",
        ),
        "en": (
            "{share} of the sentences are passive, for example: “{example}”",
            "Say who acts. At most {limit} read well.",
        ),
    },
    "readability": {
        "de": (
            "Der Lesbarkeitsindex ist {index}, üblich sind {low} bis {high}.",
            "Schreiben Sie kürzere Sätze und kürzere Wörter.",
        ),
        "en": (
            "The readability index is {index}, usual are {low} to {high}.",
            "Use shorter sentences and shorter words.",
        ),
    },
}
