# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""People, roles and municipalities as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.identity import Municipality, Person, Role, RoleKind
from app.identity.accounts import PROVIDER_COUNTS_FOR
from app.identity.grants import Granted
from app.identity.models import AccessToken, SignInSession
from app.identity.providers.provider import Providers, ProviderUnknown
from app.identity.service import IdentityService
from app.web.pages.lists import VOCABULARY
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks
from app.web.shell.shown import Link
from app.web.shell.site import mail_link
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class WhomToAsk:
    """Who looks after accounts here; empty where the operator has not entered it. `href` opens a mail."""

    name: str
    address: str
    href: str
    phone: str


def town_words(town: Municipality | None) -> str:
    """Return a municipality with its state, such as "Bad Belzig, Brandenburg"; "" for none."""
    return f"{town.name}, {services().schemas.label('state', town.state, current_language())}" if town else ""


def whom_to_ask(person: Person) -> WhomToAsk:
    """Return whom somebody asks to be entered for their municipality."""
    settings = services().settings
    body = _(
        "My account: %(account)s\nMunicipality entered now: %(town)s\n\nRight would be:\n",
        account=f"{person.pseudonym} ({person.display_name})" if person.display_name else person.pseudonym,
        town=town_words(person.municipality) or _("none"),
    )
    return WhomToAsk(
        name=settings.operator_name or settings.name,
        address=settings.operator_email,
        href=mail_link(settings.operator_email, _("My municipality on %(site)s", site=settings.name), body),
        phone=settings.operator_phone,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session of the reader: through which sign-in, and whether it is the one they are in."""

    session: SignInSession
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
    tokens: tuple[AccessToken, ...]
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
