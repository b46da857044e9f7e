"""erfahrungsnetz grant."""

from __future__ import annotations

import click

from app.cli.options import EPILOG, Options, matching
from app.identity import Role, RoleKind, Scope
from app.wiring import Services

LIMITS = {
    "topics": "Only these fields of action, by their ids in content/vocabulary/topics.yaml.",
    "states": "Only these states, such as HE,BY.",
    "organisations": "Only these organisations, by the short names of their records.",
}


@click.command(epilog=EPILOG)
@click.argument("address")
@click.argument("role", type=click.Choice([str(kind) for kind in RoleKind]))
@click.option("--topics", default="", metavar="ID,ID", help=LIMITS["topics"])
@click.option("--states", default="", metavar="CODE,CODE", help=LIMITS["states"])
@click.option("--organisations", default="", metavar="NAME,NAME", help=LIMITS["organisations"])
@click.option("--revoke", is_flag=True, help="Take the role away instead.")
@click.pass_obj
def grant(
    options: Options, address: str, role: str, topics: str, states: str, organisations: str, revoke: bool
) -> None:
    """Give the person with the e-mail ADDRESS a ROLE, as a new node needs it for its first operator.

    The person has to have signed in once, and their provider has to have confirmed the address. A curator may be
    limited to topics, states or organisations; several limits must all fit. A role that the provider's claims give is
    taken away there, not here.

    \b
    Examples:
      erfahrungsnetz grant kim@beispielverbund.example operator
      erfahrungsnetz grant robin@beispielverbund.example curator --states HE --topics mobility,climate
      erfahrungsnetz grant robin@beispielverbund.example curator --states HE --revoke
    """
    limits = [[part.strip() for part in each.split(",") if part.strip()] for each in (topics, states, organisations)]
    kind = RoleKind(role)
    if any(limits) and kind is not RoleKind.CURATOR:
        raise click.UsageError("only a curator can be limited")
    chosen = Role(kind=kind, scope=Scope.of(*limits))
    with matching(options) as services:
        services.lease.hold()
        _check(services, chosen.scope)
        identity = services.identity
        person = identity.people.by_address(address)
        if revoke:
            identity.grants.revoke_role(person.id, chosen, actor=None)
        else:
            identity.grants.grant(person.id, chosen, actor=None)
    click.echo(f"{address}: {role} {'taken away' if revoke else 'given'}.")


def _check(services: Services, scope: Scope) -> None:
    """Refuse limits that exist nowhere: somebody limited to a misspelt state could review nothing."""
    services.vocabularies.refresh()
    topics = {concept.id for concept in services.vocabularies["topics"].concepts} if scope.topics else frozenset()
    states = {str(choice.value) for choice in services.schemas.choices("state")}
    for name, given, known in (("topics", scope.topics, topics), ("states", scope.states, states)):
        if unknown := sorted(given - known):
            raise click.UsageError(
                f"--{name}: {', '.join(unknown)} does not exist; known are {', '.join(sorted(known))}"
            )
