"""The part of a form in which a municipality is identified: name, state and official key, filled in from the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from app.identity.municipality import Municipality, MunicipalityInvalid, Wrong
from app.kickoff.places.entry import Attribution, PlaceEntry
from app.shared.wording import N_
from app.web.kickoff.places import attributions
from app.web.kickoff.settling import LOOK_UP
from app.web.shell.access import services
from app.web.shell.choices import Choices, choices, with_none_chosen
from app.web.shell.wording import _

NAME, STATE, KEY = "ort", "ort_land", "ars"
MOST_CHOICES, MOST_LOOKED_AT = 40, 400
"""More places than have any one name in common, so that none is left out; parts of municipalities are not offered."""
CHOSEN = "ort_wahl"
"""Parameter of the buttons that take a place of the list over; its value is the number of the choice."""


_WRONG: Mapping[Wrong, tuple[str, str]] = {
    Wrong.NAME: (NAME, N_("Please enter the name of the municipality, 120 characters at most.")),
    Wrong.KEY: (KEY, N_("Please enter the official key: 8 or 12 digits, 5 for a district, 9 for an association.")),
    Wrong.STATE: (STATE, N_("The official key belongs to another state than the one chosen.")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TownForm:
    """What was typed or chosen; `asks` tells that a place is being looked up and nothing is to be stored yet.

    `municipality` is None where nothing was entered or something does not fit; `errors` then says by field what.
    `more`: there may be other places that begin so.
    """

    name: str
    state: str
    key: str
    states: Choices
    choices: tuple[PlaceEntry, ...]
    attributions: tuple[Attribution, ...]
    asks: bool
    none_found: bool
    more: bool
    errors: Mapping[str, str]
    municipality: Municipality | None


def read(form: MultiDict[str, str]) -> TownForm:
    """Return what a form holds; a place that was chosen from the list fills the three values."""
    name, state, key = (form.get(field, "").strip() for field in (NAME, STATE, KEY))
    entry, looks_up = _chosen(name, form.get(CHOSEN, "")), bool(form.get(LOOK_UP))
    found = _found(name) if looks_up else ()
    if entry is not None:
        # The list that comes along knows the keys of districts and of cities without one alone.
        name, state, key = entry.name, entry.state, entry.ars or ""
    municipality, errors = _identified(name, state, key)
    asks = entry is not None or looks_up
    if asks:
        errors = {NAME: _("Please enter a name to look up.")} if looks_up and not name else {}
    return TownForm(
        name=name,
        state=state,
        key=key,
        # "DE" stands for the whole country, which is no place of a municipality.
        states=with_none_chosen(tuple(each for each in choices("state") if each[0] != "DE")),
        choices=found,
        attributions=attributions(),
        asks=asks,
        none_found=looks_up and bool(name) and not found,
        more=len(found) == MOST_CHOICES,
        errors=errors,
        municipality=municipality,
    )


def of(municipality: Municipality | None) -> TownForm:
    """Return the form with a municipality filled in."""
    town = municipality
    return read(MultiDict({NAME: town.name, STATE: town.state, KEY: town.ars} if town else {}))


def incomplete(form: TownForm) -> TownForm:
    """Return a form that was sent empty, with what is to be done."""
    return replace(form, errors=form.errors or _identified("", "", "?")[1])


def _identified(name: str, state: str, key: str) -> tuple[Municipality | None, Mapping[str, str]]:
    if not (name or state or key):
        return None, {}
    try:
        return Municipality.of(name, state, key), {}
    except MunicipalityInvalid as error:
        field, words = _WRONG[error.wrong]
        return None, {field: _(words)}


def _chosen(name: str, number: str) -> PlaceEntry | None:
    found = _found(name) if number.isascii() and number.isdigit() and len(number) < 3 else ()
    return found[int(number)] if found and int(number) < len(found) else None


def _found(name: str) -> tuple[PlaceEntry, ...]:
    found = services().places.find(name, MOST_LOOKED_AT)
    return tuple(entry for entry in found if not entry.is_part)[:MOST_CHOICES]
