"""erfahrungsnetz members, join and leave."""

import click

from app.cli.options import EPILOG, Options, ready, writing
from app.cli.peers import ADDRESS
from app.federation.association.members import EndReason, MemberState
from app.federation.harvest.nodes import DAILY_NEW
from app.federation.harvest.service import HASH
from app.federation.issuer import Issuer
from app.federation.listing.keys import words_of


@click.command(epilog=EPILOG)
@click.argument("link")
@click.pass_obj
def join(options: Options, link: str) -> None:
    """Join the association that made LINK.

    From then on, this node reads the lists of all members that the association names.
    """
    with writing(options) as services:
        root = services.federation.listing.listed.root(1)
        association = services.harvest.join(link, root.sha256)
    click.echo(f"Asked {association.issuer.address}. Read these words to its administrators:\n{root.to_compare}")


@click.command(epilog=EPILOG)
@click.argument("address", metavar="ASSOCIATION", type=ADDRESS)
@click.pass_obj
def leave(options: Options, address: Issuer) -> None:
    """Leave ASSOCIATION.

    Forgets the association, and all nodes known through it alone. Tell its operator, who ends your membership there.
    """
    with writing(options) as services:
        services.harvest.remove(address)


@click.group(epilog=EPILOG)
def members() -> None:
    """Manage the members of this association."""


@members.command(epilog=EPILOG)
@click.argument("name")
@click.option("--official-key", multiple=True, help="AGS or ARS of a municipality for which it may speak. Repeatable.")
@click.option("--daily-new", type=click.IntRange(0, DAILY_NEW), default=DAILY_NEW, show_default=True)
@click.option("--hub", is_flag=True, help="Others may fetch all lists from this member.")
@click.pass_obj
def invite(options: Options, name: str, official_key: tuple[str, ...], daily_new: int, hub: bool) -> None:
    """Print a link with which NAME can ask to join, once and within two weeks.

    \b
    Example:
      erfahrungsnetz members invite Beispielstadt --official-key 06999001
    """
    with writing(options) as services:
        secret = services.federation.members.invite(name, official_key, daily_new=daily_new, hub=hub)
        root = services.federation.listing.listed.root(1).sha256
        click.echo(services.harvest.associations.link(secret, root))


@members.command("list", epilog=EPILOG)
@click.pass_obj
def list_(options: Options) -> None:
    """Show invitations, requests to join, and members."""
    with ready(options) as services:
        for one in services.federation.members.all():
            address = one.issuer.address if one.issuer else "–"
            click.echo(f"{one.id} {one.state} {one.since:%Y-%m-%d} {address} {one.name} {' '.join(one.official_keys)}")
            if one.state is MemberState.ASKED:
                click.echo(f"    its twelve words: {words_of(one.root)}")


@members.command(epilog=EPILOG)
@click.argument("number", type=int)
@click.pass_obj
def admit(options: Options, number: int) -> None:
    """Accept request NUMBER of `members list`, after the operator of that node has read the words to you."""
    with writing(options) as services:
        services.federation.members.admit(number)
        services.tell_members()


@members.command(epilog=EPILOG)
@click.argument("number", type=int)
@click.pass_obj
def decline(options: Options, number: int) -> None:
    """Delete invitation or request NUMBER of `members list`."""
    with writing(options) as services:
        services.federation.members.decline(number)


@members.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@click.option("--reason", type=click.Choice([one.value for one in EndReason]), required=True)
@click.pass_obj
def end(options: Options, address: Issuer, reason: str) -> None:
    """End the membership of the node at ADDRESS; nodes that know it through this list alone delete its records."""
    with writing(options) as services:
        services.federation.members.end(address, EndReason(reason))
        services.tell_members()


@members.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@click.option("--root", required=True, help="SHA-256 of its first root, as its operator told you.")
@click.pass_obj
def hand_over(options: Options, address: Issuer, root: str) -> None:
    """Name the association at ADDRESS as successor: nodes that trust this association will trust it too."""
    if HASH.fullmatch(root) is None:
        raise click.UsageError("--root takes 64 hexadecimal digits, in lower case")
    with writing(options) as services:
        services.federation.members.hand_over(address, root)
        services.tell_members()
