"""Form parts with which operators choose a role and its limits, and identify a municipality."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from app.identity import Role, RoleKind, Scope
from app.identity.municipality import Municipality, MunicipalityInvalid, Wrong
from app.kickoff.places.table import Attribution, PlaceEntry
from app.shared.wording import N_
from app.web.identity.words import role_labels
from app.web.kickoff.situation import LOOK_UP
from app.web.shell.access import services
from app.web.shell.wording import Choices, _, choices, topics, with_none_chosen

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleForm:
    """The choices and what was chosen last; `role` is None while something is invalid."""

    kinds: Choices
    kind: str
    topics: Choices
    states: Choices
    chosen: frozenset[str]
    organisations: str
    organisations_valid: bool
    role: Role | None


def read_role(form: MultiDict[str, str]) -> RoleForm:
    """Read the choice from a form."""
    kind, text = form.get("rolle", str(RoleKind.AUTHOR)), form.get("organisationen", "").strip()
    offered_topics, offered_states = tuple(sorted(topics(), key=lambda pair: pair[1])), choices("state")
    chosen_topics, chosen_states = _chosen_of(form, "thema", offered_topics), _chosen_of(form, "land", offered_states)
    slugs = [part for part in re.split(r"[,\s]+", text) if part]
    valid, role = all(SLUG.fullmatch(slug) for slug in slugs), None
    if valid and kind in set(RoleKind):
        # Only curators can be limited; for other roles, limits would have no effect but look as if they had.
        limited = kind == RoleKind.CURATOR
        role = Role(kind=RoleKind(kind), scope=Scope.of(chosen_topics, chosen_states, slugs) if limited else Scope())
    return RoleForm(
        kinds=tuple((str(each), label) for each, label in role_labels().items()),
        kind=kind,
        topics=offered_topics,
        states=offered_states,
        chosen=frozenset((*chosen_topics, *chosen_states)),
        organisations=text,
        organisations_valid=valid,
        role=role,
    )


def _chosen_of(form: MultiDict[str, str], name: str, offered: Choices) -> Iterable[str]:
    sent = form.getlist(name)
    return [value for value, _label in offered if value in sent]


NAME, STATE, KEY = "ort", "ort_land", "ars"
MAX_CHOICES, MAX_LOOKED_AT = 40, 400
"""More than the number of places with any one name, so that none is missing; parts of municipalities are excluded."""
CHOSEN = "ort_wahl"
"""Parameter of the buttons that select a place from the list; its value is the number of the place."""
_WRONG: Mapping[Wrong, tuple[str, str]] = {
    Wrong.NAME: (NAME, N_("Please enter the name of the municipality, 120 characters at most.")),
    Wrong.KEY: (KEY, N_("Please enter the official key: 8 or 12 digits, 5 for a district, 9 for an association.")),
    Wrong.STATE: (STATE, N_("The official key belongs to another state than the one chosen.")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TownForm:
    """Input, None if empty or invalid (see `errors`). `asks`: store nothing yet; `more`: further places match."""

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


def read_town(form: MultiDict[str, str]) -> TownForm:
    """Read a municipality from a form; choosing a place from the list fills in the three values."""
    name, state, key = (form.get(field, "").strip() for field in (NAME, STATE, KEY))
    number, looks_up = form.get(CHOSEN, ""), bool(form.get(LOOK_UP))
    is_chosen = number.isascii() and number.isdigit() and len(number) < 3
    found = services().places.find(name, MAX_LOOKED_AT) if looks_up or is_chosen else ()
    places = tuple(entry for entry in found if not entry.is_part)[:MAX_CHOICES]
    entry = places[int(number)] if is_chosen and int(number) < len(places) else None
    offered = places if looks_up else ()
    if entry is not None:
        # The list shipped with the program has keys only for districts and independent cities.
        name, state, key = entry.name, entry.state, entry.ars or ""
    municipality, errors = _identified(name, state, key)
    asks = entry is not None or looks_up
    if asks:
        errors = {NAME: _("Please enter a name to look up.")} if looks_up and not name else {}
    return TownForm(
        name=name,
        state=state,
        key=key,
        # "DE" means the whole country, where no municipality is.
        states=with_none_chosen(tuple(each for each in choices("state") if each[0] != "DE")),
        choices=offered,
        attributions=services().places.attributions(),
        asks=asks,
        none_found=looks_up and bool(name) and not offered,
        more=len(offered) == MAX_CHOICES,
        errors=errors,
        municipality=municipality,
    )


def town_form(municipality: Municipality | None) -> TownForm:
    """Return the form filled in with a municipality."""
    town = municipality
    return read_town(MultiDict({NAME: town.name, STATE: town.state, KEY: town.ars} if town else {}))


def incomplete_town(form: TownForm) -> TownForm:
    """Return a form that was sent empty, with an error message."""
    return replace(form, errors=form.errors or _identified("", "", "?")[1])


def _identified(name: str, state: str, key: str) -> tuple[Municipality | None, Mapping[str, str]]:
    if not (name or state or key):
        return None, {}
    try:
        return Municipality.of(name, state, key), {}
    except MunicipalityInvalid as error:
        field, words = _WRONG[error.wrong]
        return None, {field: _(words)}
