"""erfahrungsnetz keys."""

from __future__ import annotations

import click

from app.cli.options import EPILOG, Options, opened


@click.group(epilog=EPILOG)
def keys() -> None:
    """Look after the keys by which other nodes recognise this one.

    The online key signs the list of this node and stays on the machine. The recovery key, 24 words on paper, is the
    only one that can replace it: with both lost, every partner has to add the node anew.
    """


@keys.command("list", epilog=EPILOG)
@click.pass_obj
def list_(options: Options) -> None:
    """Show by which root and key others know this node."""
    with opened(options.settings()) as services:
        listing = services.federation.listing
        first, newest = listing.listed.root(1), listing.listed.root()
        click.echo(f"Twelve words: {first.to_compare}\nFirst root:   {first.sha256}")
        click.echo(f"Root {newest.signed.version}, online key {listing.key.signer().public_key.keyid}")
        if listing.words.exists():
            click.echo(f"The recovery words are still in {listing.words}: print them, put them away, delete the file.")


@keys.command(epilog=EPILOG)
@click.pass_obj
def recover(options: Options) -> None:
    """Replace the online key, which somebody else may have, with the words of the recovery key.

    Asks for the 24 words. The list is signed anew; partners follow by themselves with their next look, and nothing that
    the former key signs counts any more.
    """
    words: str = click.prompt("Recovery words", hide_input=True)
    with opened(options.settings()) as services:
        root = services.federation.listing.recover(words)
    click.echo(f"Root {root.signed.version} is published. The former online key is worthless.")
