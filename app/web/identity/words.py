"""Names of people, roles and municipalities for pages; mostly template filters."""

from collections.abc import Iterable, Mapping

from flask import Blueprint

from app.identity import Municipality, Person, Role, RoleKind
from app.identity.providers.provider import ProviderUnknown
from app.review.by_git.mirror import is_on_forge
from app.review.confirmations import is_guest
from app.review.corrections import is_partner
from app.web.shell.access import services
from app.web.shell.links import SiteLinks
from app.web.shell.shown import Link
from app.web.shell.site import mail_link
from app.web.shell.wording import _, label, topics


def add_filters(blueprint: Blueprint) -> None:
    """Register the template filters for people, roles and municipalities."""
    for words in (town_words, role_words, organisation_link, provider_label):
        blueprint.add_app_template_filter(words)


def town_words(town: Municipality | None) -> str:
    """Return a municipality with its state, such as "Bad Belzig, Brandenburg"; "" for none."""
    return f"{town.name}, {label('state', town.state)}" if town else ""


def whom_to_ask(person: Person) -> dict[str, str]:
    """Return whom to ask about the municipality of an account; `href` opens an e-mail, "" without an address."""
    settings = services().settings
    body = _(
        "My account: %(account)s\nMunicipality entered now: %(town)s\n\nRight would be:\n",
        account=f"{person.pseudonym} ({person.display_name})" if person.display_name else person.pseudonym,
        town=town_words(person.municipality) or _("none"),
    )
    return {
        "name": settings.operator_name or settings.name,
        "address": settings.operator_email,
        "href": mail_link(settings.operator_email, _("My municipality on %(site)s", site=settings.name), body),
        "phone": settings.operator_phone,
    }


def role_labels() -> dict[RoleKind, str]:
    """Return the names of the roles."""
    return {
        RoleKind.READER: _("Reader"),
        RoleKind.AUTHOR: _("Author"),
        RoleKind.CURATOR: _("Curator"),
        RoleKind.OPERATOR: _("Operator"),
    }


def role_words(role: Role) -> str:
    """Return a role with its limits, such as "Redaktion (nur Hessen)"."""
    kind, scope = role_labels()[role.kind], role.scope
    named = dict(topics())
    limits = [
        *sorted(named.get(topic, topic) for topic in scope.topics),
        *sorted(label("state", state) for state in scope.states),
        *sorted(scope.organisations),
    ]
    return _("%(role)s (only %(limits)s)", role=kind, limits=", ".join(limits)) if limits else kind


def organisation_link(slug: str | None) -> Link | None:
    """Return an organisation's name, with its page if there is one."""
    if slug is None:
        return None
    return SiteLinks().record(f"organisation/{slug}") or Link(label=slug, href="")


def provider_label(key: str) -> str:
    """Return the name of the provider behind a session."""
    try:
        return services().identity.providers.get(key).label
    except ProviderUnknown:
        return key


def names_of(ids: Iterable[str]) -> Mapping[str, str]:
    """Return the display names for ids of people, including deleted ones and the site itself ("")."""
    wanted = set(ids)
    known = services().identity.people.names(wanted - {""})
    gone, nameless = _("an account that was deleted"), _("without a name")
    named = {one: known[one] or nameless if one in known else gone for one in wanted}
    elsewhere = dict.fromkeys(
        (one for one in wanted if is_on_forge(one) or is_guest(one)), _("somebody without an account here")
    )
    partners = dict.fromkeys(filter(is_partner, wanted), _("a partner site"))
    return {**named, "": _("the site"), **elsewhere, **partners}
