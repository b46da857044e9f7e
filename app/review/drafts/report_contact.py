"""Reads from the end of a report which office answers questions, and in which municipality."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.records.checks.persons import TASK, UNIT, is_personal

_ADDRESS = re.compile(
    # Without a beginning and a longest name in front of the @, each letter of a long word would be tried anew.
    r"(?<![^\s@,;:<>()|\"\[\]])(?P<name>[^\s@,;:<>()|\"\[\]]{1,64})@[^\s@,;:<>()|\"\[\]]+\.[^\s@,;:<>()|\"\[\].]+"
)
_PIECES = re.compile(r"[,;\n|()]|\s[–-]\s")
_PLACE = re.compile(
    r"(?P<form>große kreisstadt|stadt|gemeinde|markt|landkreis|kreis|samtgemeinde|amt) "
    r"(?P<name>(?-i:[A-ZÄÖÜ]).{0,119})",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"\d{2,}")
_LABEL = re.compile(
    r"^(?:ansprechstelle|ansprechpartner(?:in)?|kontakt|e-?mail|telefon|tel\.?|post)\s*:\s*", re.IGNORECASE
)
_OFFICE = re.compile(
    rf"(?!ansprechstelle\b)(?:(?:das|die|der|unsere?|städtische[rs]?|kommunale[rs]?|zentrale[rs]?|untere|obere) )?"
    # A name may follow a task ("Projektleitung Anna Beispiel"); what a unit is called follows a unit.
    rf"(?:[\w/-]*{UNIT}\b.*|[\w/-]*{TASK}(?: (?-i:[a-zäöü]).*)?)",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:frau|herrn?|dr|prof|dipl|ing)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LONGEST_ROLE = 120
_DISTRICT = ("landkreis", "kreis")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContact:
    """What a report says about its contact; "" where it says nothing. `kind` is one of the schema's place kinds."""

    role: str = ""
    mailbox: str = ""
    municipality: str = ""
    kind: str = ""


def contact(text: str) -> ReportContact:
    """Return the office, its mailbox and the municipality that stand in plain words.

    A record names nobody, so that whatever looks like a person or their own mailbox is left out.
    """
    found = list(_ADDRESS.finditer(text))
    people = [match["name"] for match in found if is_personal(match["name"])]
    pieces = [_LABEL.sub("", piece.strip(" <>.")) for piece in _PIECES.split(_ADDRESS.sub("", text))]
    place = _place(pieces)
    offices = (piece for piece in pieces if not place or piece != place[0])
    return ReportContact(
        role=_role(offices, people) if found else "",
        mailbox=next((match[0] for match in found if match["name"] not in people), ""),
        municipality=place["name"].strip() if place else "",
        kind="district" if place and place["form"].lower() in _DISTRICT else "",
    )


def _place(pieces: Iterable[str]) -> re.Match[str] | None:
    """Return the first place; an "Amt" is one only where no other stands, because offices are called so too."""
    places = [match for piece in pieces if (match := _PLACE.fullmatch(piece))]
    return next((place for place in places if place["form"].lower() != "amt"), next(iter(places), None))


def _role(pieces: Iterable[str], people: Collection[str]) -> str:
    """Return the first piece that names an office and none of `people`, given by the names of their mailboxes."""
    names = {word for name in people for word in _words(name)}
    called = (piece.partition(":")[0].strip() for piece in pieces)
    return next((role for role in called if _is_office(role) and names.isdisjoint(_words(role))), "")


def _is_office(piece: str) -> bool:
    is_short = len(piece) <= _LONGEST_ROLE
    return is_short and bool(_OFFICE.fullmatch(piece)) and not _NUMBERS.search(piece) and not _PERSON.search(piece)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.replace("_", " ").casefold().translate(_UMLAUTS)))
