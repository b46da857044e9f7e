"""erfahrungsnetz keys."""

from pathlib import Path

import click

from app.cli.options import EPILOG, Options, opened
from app.federation.listing.keys import RootFile, next_root, public_key, recovery_key
from app.shared.clock import utc_now


@click.group(epilog=EPILOG)
def keys() -> None:
    """Manage the keys by which other nodes recognise this one.

    The online key signs the list of this node and stays on the machine. The recovery key, 24 words on paper, is the
    only one that can replace it: if both are lost, every partner has to add this node again.
    """


@keys.command("list", epilog=EPILOG)
@click.pass_obj
def list_(options: Options) -> None:
    """Show the root and the keys by which others know this node."""
    with opened(options.settings()) as services:
        listing = services.federation.listing
        first, newest = listing.listed.root(1), listing.listed.root()
        click.echo(f"Twelve words: {first.to_compare}\nFirst root:   {first.sha256}")
        for one in newest.signed.roles["root"].keyids:
            click.echo(f"Root key:     {newest.signed.keys[one].keyval['public']}")
        click.echo(f"Root {newest.signed.version}, online key {listing.key.signer().public_key.keyid}")
        if listing.words.exists():
            click.echo(f"The recovery words are still in {listing.words}: print them, put them away, delete the file.")


def _words() -> str:
    words: str = click.prompt("Recovery words", hide_input=True)
    return words


@keys.command(epilog=EPILOG)
@click.pass_obj
def recover(options: Options) -> None:
    """Replace the online key, which somebody else may have, with the words of the recovery key.

    Asks for the 24 words and signs the list again. Partners accept the new key at their next visit; from then on,
    signatures made with the former key are invalid.
    """
    words = _words()
    with opened(options.settings()) as services:
        root = services.federation.listing.recover(words)
    click.echo(f"Root {root.signed.version} is published. The former online key is worthless.")


@keys.command(epilog=EPILOG)
@click.argument("root_key")
@click.pass_obj
def let_recover(options: Options, root_key: str) -> None:
    """Let an association replace the online key of this node too; ROOT_KEY is what `keys list` shows there.

    Asks for the 24 words of this node. Anybody with the words of that key can then speak for this node.
    """
    words = _words()
    with opened(options.settings()) as services:
        root = services.federation.listing.let_recover(words, root_key)
    click.echo(f"Root {root.signed.version} is published.")


@keys.command(epilog=EPILOG)
@click.argument("root_key")
@click.pass_obj
def forbid_recover(options: Options, root_key: str) -> None:
    """Revoke what `let-recover` allowed an association with ROOT_KEY. Asks for the 24 words of this node."""
    words = _words()
    with opened(options.settings()) as services:
        root = services.federation.listing.let_recover(words, root_key, allowed=False)
    click.echo(f"Root {root.signed.version} is published.")


@keys.command(epilog=EPILOG)
@click.pass_obj
def prepare(options: Options) -> None:
    """Create the next online key, and show what the association needs for signing it."""
    with opened(options.settings()) as services:
        click.echo(services.federation.listing.prepare())


@keys.command(epilog=EPILOG)
@click.argument("root_file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("online_key")
def recover_for(root_file: Path, online_key: str) -> None:
    """Sign the next root of a member, whose newest one is ROOT_FILE, with its new ONLINE_KEY.

    Asks for the 24 words of the association. Needs no node: run it on another machine than the web server, after the
    member has read you the ONLINE_KEY that `keys prepare` shows.
    """
    before = RootFile(root_file.read_bytes())
    root = next_root(before, public_key(online_key), recovery_key(_words()), utc_now())
    file = root_file.with_name(f"{root.signed.version}.root.json")
    file.write_bytes(root.data)
    click.echo(f"{file} is signed. The member installs it with: erfahrungsnetz keys install {file.name}")


@keys.command(epilog=EPILOG)
@click.argument("root_file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def install(options: Options, root_file: Path) -> None:
    """Install ROOT_FILE, a root that the association signed, with the online key of `keys prepare`."""
    with opened(options.settings()) as services:
        services.federation.listing.install(RootFile(root_file.read_bytes()))
    click.echo("The new online key signs from now on. Partners follow by themselves; the former key is worthless.")
