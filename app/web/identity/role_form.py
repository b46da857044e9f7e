"""The part of a form in which a role and its limits are chosen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from app.identity import Role, RoleKind, Scope
from app.web.identity.words import role_labels
from app.web.shell.choices import Choices, choices, topics

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleForm:
    """What can be chosen, with what was chosen last; `role` is None as long as something does not fit."""

    kinds: Choices
    kind: str
    topics: Choices
    states: Choices
    chosen: frozenset[str]
    organisations: str
    organisations_valid: bool
    role: Role | None


def read(form: MultiDict[str, str]) -> RoleForm:
    """Return the choice that a form holds."""
    kind, text = form.get("rolle", str(RoleKind.AUTHOR)), form.get("organisationen", "").strip()
    offered_topics, offered_states = tuple(sorted(topics(), key=lambda pair: pair[1])), choices("state")
    chosen_topics, chosen_states = _chosen(form, "thema", offered_topics), _chosen(form, "land", offered_states)
    slugs = [part for part in re.split(r"[,\s]+", text) if part]
    valid, role = all(SLUG.fullmatch(slug) for slug in slugs), None
    if valid and kind in set(RoleKind):
        # Only curators are limited; everybody else's limits would mean nothing and look as if they did.
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


def _chosen(form: MultiDict[str, str], name: str, offered: Choices) -> Iterable[str]:
    sent = form.getlist(name)
    return [value for value, _label in offered if value in sent]
