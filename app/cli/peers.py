"""erfahrungsnetz peers."""

from __future__ import annotations

import sys

import click

from app.cli.harvest import ADDRESS
from app.cli.options import EPILOG, Options, format_option, ready, writing
from app.cli.peer_report import as_json, as_text
from app.federation.entity import ReceivedConfiguration
from app.federation.harvest.origins import readable
from app.federation.issuer import Issuer

ACTOR = "operator"
_REASON = click.option("--reason", required=True, help="Why; kept in this node's log of such decisions.")


@click.group(epilog=EPILOG)
def peers() -> None:
    """Say which other nodes this one fetches records from.

    Nothing is fetched from anybody else. Each node is known by the name of its federation key: compare it with what
    the other operator tells you by another way than the web, such as by telephone.
    """


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@click.option("--key", help="Name of the node's federation key, as its operator told you; asks otherwise.")
@click.option(
    "--hub", is_flag=True, help="Take what the node hands on from others as well, and believe it about who they are."
)
@click.option(
    "--organisations/--no-organisations",
    default=None,
    help="Whether what it says about providers, associations and their members counts for your readers; yes at first.",
)
@click.option("--yes", is_flag=True, help="Believe whatever key answers. For trials on one machine.")
@click.pass_obj
def add(options: Options, address: Issuer, key: str | None, hub: bool, organisations: bool | None, yes: bool) -> None:
    """Fetch from the node at ADDRESS from now on.

    Adding a node again takes over a new key, or makes it a hub or no hub any more. Whether it counts about
    organisations stays as it is unless you say.

    \b
    Examples:
      erfahrungsnetz peers add https://erfahrungen.example
      erfahrungsnetz peers add https://land.example --hub --key kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k
    """
    with writing(options) as services:
        seen = services.harvest.look(address)
        click.echo(f"{readable(seen.claimed.name)}, {seen.claimed.state.count} records")
        click.echo(f"Name of its federation key: {seen.federation_key}")
        compared = key or _compared(seen, yes=yes)
        services.harvest.add(seen, federation_key=compared, hub=hub, organisations=organisations)
    click.echo(f"Added. Fetch now with: erfahrungsnetz harvest {address.address}")


@peers.command("list", epilog=EPILOG)
@format_option("Form of the list.")
@click.pass_obj
def list_(options: Options, style: str) -> None:
    """Show all peers: how fresh, how complete, and what went wrong last."""
    with ready(options) as services:
        write = as_json if style == "json" else as_text
        click.echo(write(services.harvest, services.clock()))


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@click.argument("counts", type=click.Choice(["yes", "no"]))
@click.pass_obj
def organisations(options: Options, address: Issuer, counts: str) -> None:
    """Let what the peer at ADDRESS says about organisations count for your readers, or not.

    It decides which associations and providers they can say to belong to, and by whom they can obtain a solution.

    \b
    Example:
      erfahrungsnetz peers organisations https://erfahrungen.example no
    """
    with writing(options) as services:
        services.harvest.count_organisations(address, counts=counts == "yes")


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@click.pass_obj
def pause(options: Options, address: Issuer) -> None:
    """Fetch nothing from ADDRESS until `resume`."""
    with writing(options) as services:
        services.harvest.pause(address)


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@click.pass_obj
def resume(options: Options, address: Issuer) -> None:
    """Fetch from ADDRESS again."""
    with writing(options) as services:
        services.harvest.resume(address)


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@click.pass_obj
def remove(options: Options, address: Issuer) -> None:
    """Forget the peer at ADDRESS.

    What came from it goes 30 days after the node was last heard of, also through a hub; `block` hides it at once.
    """
    with writing(options) as services:
        services.harvest.remove(address)


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@_REASON
@click.pass_obj
def block(options: Options, address: Issuer, reason: str) -> None:
    """Take all records of the node at ADDRESS out of sight and fetch nothing from it. Can be undone."""
    with writing(options) as services:
        hidden = services.harvest.moderation.block(address, actor=ACTOR, reason=reason)
    click.echo(f"{hidden} records hidden.")


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@_REASON
@click.pass_obj
def unblock(options: Options, address: Issuer, reason: str) -> None:
    """Show the records of the node at ADDRESS again."""
    with writing(options) as services:
        shown = services.harvest.moderation.unblock(address, actor=ACTOR, reason=reason)
    click.echo(f"{shown} records shown again.")


def _compared(seen: ReceivedConfiguration, *, yes: bool) -> str:
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("give the name of the key with --key, as the node's operator told you")
        click.confirm("Did its operator tell you this name by another way?", abort=True)
    return seen.federation_key
