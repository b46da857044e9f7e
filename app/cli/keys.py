"""erfahrungsnetz keys."""

from __future__ import annotations

from datetime import timedelta

import click

from app.cli.options import EPILOG, Options, opened
from app.federation.keys import KeyRing, KeyRole, OwnKey

ANNOUNCED_DAYS = 30
_ROLE = click.Choice([role.value for role in KeyRole])


@click.group(epilog=EPILOG)
def keys() -> None:
    """Manage the keys by which other nodes recognise this one.

    The record key signs what is published; the federation key proves who this node is. Tell a partner the name of the
    federation key by another channel than the web, such as by telephone, so that nobody can impersonate this node.
    """


@keys.command("list", epilog=EPILOG)
@click.pass_obj
def list_(options: Options) -> None:
    """List all keys by name: in use, announced and former ones."""
    with opened(options.settings()) as services:
        now = services.clock()
        for role in KeyRole:
            ring = services.federation.keys.ring(role)
            _show(role, ring, ring.signer(now).kid)


@keys.command(epilog=EPILOG)
@click.argument("role", type=_ROLE)
@click.option(
    "--announce-days",
    type=click.IntRange(0, 365),
    help=f"Days between announcing a new federation key and its first use; by default {ANNOUNCED_DAYS}. Partners "
    "that fetch at least once in between accept it by themselves; the others have to confirm its name.",
)
@click.pass_obj
def rotate(options: Options, role: str, announce_days: int | None) -> None:
    """Replace a key with a new one.

    A new record key signs at once, and signatures of the former one stay valid. A new federation key is announced
    first.

    \b
    Examples:
      erfahrungsnetz keys rotate record
      erfahrungsnetz keys rotate federation
    """
    usual = ANNOUNCED_DAYS if role == KeyRole.FEDERATION else 0
    announce = timedelta(days=usual if announce_days is None else announce_days)
    with opened(options.settings()) as services:
        ring = services.federation.keys.rotate(KeyRole(role), announce=announce)
        _show(KeyRole(role), ring, ring.signer(services.clock()).kid)


# The name of a key may begin with a hyphen and look like an option, so this command has none but --help.
@keys.command(epilog=EPILOG, context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("role", type=_ROLE)
@click.argument("name")
@click.pass_obj
def compromised(options: Options, role: str, name: str) -> None:
    """Declare that somebody else may have obtained the key NAME.

    Its signatures are no longer accepted. If the key is in use, a new one replaces it at once, and everything published
    is signed again. If it was a federation key, partners have to confirm the name of the new one.
    """
    with opened(options.settings()) as services:
        ring = services.federation.keys.distrust(KeyRole(role), name)
        _show(KeyRole(role), ring, ring.signer(services.clock()).kid)


def _show(role: KeyRole, ring: KeyRing, signer: str) -> None:
    for key in reversed(ring.keys):
        click.echo(f"{role.value:<10}  {key.public.kid}  {_state(key, signer)}")


def _state(key: OwnKey, signer: str) -> str:
    revoked, expires = key.public.revoked, key.public.expires_at
    if key.public.kid == signer:
        return f"in use, until {expires:%Y-%m-%d %H:%M} UTC" if expires else "in use"
    if key.public.compromised and revoked:
        return f"compromised, {revoked.at:%Y-%m-%d %H:%M} UTC"
    if key.signing:
        return f"signs from {key.used_from:%Y-%m-%d %H:%M} UTC"
    return f"former, until {expires:%Y-%m-%d %H:%M} UTC" if expires else "former"
