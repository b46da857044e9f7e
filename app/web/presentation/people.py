# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""People, roles and sessions as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.identity import Person, Role, RoleKind
from app.identity.grants import Granted
from app.identity.providers.provider import Providers, ProviderUnknown
from app.identity.reading import PROVIDER_COUNTS_FOR
from app.identity.service import IdentityService
from app.identity.sessions import Listed
from app.identity.tokens import Token
from app.web.access import services
from app.web.language import current_language
from app.web.links import SiteLinks
from app.web.presentation.shown import Link
from app.web.presentation.towns import WhomToAsk, town_words, whom_to_ask
from app.web.views.topics import VOCABULARY
from app.web.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session of the reader: through which sign-in, and whether it is the one they are in."""

    session: Listed
    label: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantLine:
    """One role in words; one from the organisation's sign-in cannot be taken away here, and may rest until the next."""

    id: int
    words: str
    from_provider: bool
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """Everything that is stored about the reader."""

    person: Person
    email: str | None
    organisation: Link | None
    town: str
    whom: WhomToAsk
    grants: tuple[GrantLine, ...]
    sessions: tuple[SessionLine, ...]
    tokens: tuple[Token, ...]
    provider_days: int


def account_page(person: Person, session_id: str, identity: IdentityService) -> AccountPage:
    """Return the reader's page."""
    return AccountPage(
        person=person,
        email=identity.people.address(person.id),
        organisation=organisation_link(person.organisation),
        town=town_words(person.municipality),
        whom=whom_to_ask(person),
        grants=grant_lines(identity.grants.of(person.id)),
        sessions=tuple(
            SessionLine(
                session=each, label=provider_label(each.provider, identity.providers), here=each.id == session_id
            )
            for each in identity.sessions.of(person.id)
        ),
        tokens=identity.tokens.of(person.id),
        provider_days=PROVIDER_COUNTS_FOR.days,
    )


def grant_lines(grants: Iterable[Granted]) -> tuple[GrantLine, ...]:
    """Return roles in words."""
    return tuple(
        GrantLine(id=each.id, words=role_words(each.role), from_provider=each.from_provider, counts=each.counts)
        for each in grants
    )


def role_words(role: Role) -> str:
    """Return a role with its limits, such as "Redaktion (nur Hessen)"."""
    kind = role_labels()[role.kind]
    limits = [*_topics(role), *_states(role), *sorted(role.scope.organisations)]
    return _("%(role)s (only %(limits)s)", role=kind, limits=", ".join(limits)) if limits else kind


def role_labels() -> dict[RoleKind, str]:
    """Return the names of the roles."""
    return {
        RoleKind.READER: _("Reader"),
        RoleKind.AUTHOR: _("Author"),
        RoleKind.CURATOR: _("Curator"),
        RoleKind.OPERATOR: _("Operator"),
    }


def organisation_link(slug: str | None) -> Link | None:
    """Return an organisation's name, with its page where there is one."""
    if slug is None:
        return None
    return SiteLinks().record(f"organisation/{slug}") or Link(label=slug, href="")


def provider_label(key: str, providers: Providers) -> str:
    """Return the name of the sign-in behind a session."""
    try:
        return providers.get(key).label
    except ProviderUnknown:
        return key


def _topics(role: Role) -> list[str]:
    vocabulary = services().vocabularies.get(VOCABULARY)
    concepts = ((each, vocabulary.get(each) if vocabulary else None) for each in role.scope.topics)
    return sorted(concept.label(current_language()) if concept else each for each, concept in concepts)


def _states(role: Role) -> list[str]:
    return sorted(services().schemas.label("state", each, current_language()) for each in role.scope.states)
