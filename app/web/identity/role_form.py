# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The part of a form in which a role and its limits are chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from app.identity import Role, RoleKind, Scope
from app.web.identity.words import role_labels
from app.web.pages.lists import VOCABULARY
from app.web.shell.access import services
from app.web.shell.language import current_language

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleOption:
    """One value to tick."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleForm:
    """What can be chosen, with what was chosen last; `role` is None as long as something does not fit."""

    kinds: tuple[tuple[str, str], ...]
    kind: str
    topics: tuple[RoleOption, ...]
    states: tuple[RoleOption, ...]
    organisations: str
    organisations_valid: bool
    role: Role | None


def read(form: MultiDict[str, str], default: RoleKind = RoleKind.AUTHOR) -> RoleForm:
    """Return the choice that a form holds."""
    kind = form.get("rolle", str(default))
    topics, states = set(form.getlist("thema")), set(form.getlist("land"))
    text = form.get("organisationen", "").strip()
    slugs = [part for part in re.split(r"[,\s]+", text) if part]
    valid = all(SLUG.fullmatch(slug) for slug in slugs)
    shown = RoleForm(
        kinds=tuple((str(each), label) for each, label in role_labels().items()),
        kind=kind,
        topics=tuple(RoleOption(value=name, label=label, chosen=name in topics) for name, label in _topics()),
        states=tuple(RoleOption(value=code, label=label, chosen=code in states) for code, label in _states()),
        organisations=text,
        organisations_valid=valid,
        role=None,
    )
    return _with_role(shown, slugs) if valid and kind in set(RoleKind) else shown


def _with_role(form: RoleForm, slugs: list[str]) -> RoleForm:
    kind = RoleKind(form.kind)
    # Only curators are limited; everybody else's limits would mean nothing and look as if they did.
    scope = Scope()
    if kind is RoleKind.CURATOR:
        topics = (option.value for option in form.topics if option.chosen)
        states = (option.value for option in form.states if option.chosen)
        scope = Scope.of(topics, states, slugs)
    return replace(form, role=Role(kind=kind, scope=scope))


def _topics() -> list[tuple[str, str]]:
    vocabulary = services().vocabularies.get(VOCABULARY)
    pairs = [(concept.id, concept.label(current_language())) for concept in vocabulary.concepts] if vocabulary else []
    return sorted(pairs, key=lambda pair: pair[1])


def _states() -> list[tuple[str, str]]:
    return [(str(choice.value), choice.label(current_language())) for choice in services().schemas.choices("state")]
