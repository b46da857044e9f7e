"""erfahrungsnetz providers."""

from __future__ import annotations

import click

from app.cli.options import EPILOG, ExitCode, Options, opened
from app.identity.providers.check import check_provider


@click.group(epilog=EPILOG)
def providers() -> None:
    """Look after the providers with which people sign in."""


@providers.command(epilog=EPILOG)
@click.pass_obj
def check(options: Options) -> None:
    """Ask each provider as a sign-in would, and say what is in the way.

    Nobody signs in: the provider is shown client and secret with a code that nobody gave, which it has to refuse.

    \b
    Example:
      erfahrungsnetz providers check
    """
    with opened(options.settings()) as services:
        found = services.identity.providers
        issuer = services.settings.issuer
        troubles = [(one, check_provider(one, f"{issuer}/anmelden/{one.key}/antwort")) for one in found]
    if not troubles:
        click.echo("There are no providers. Enter them in providers.toml; see docs/operations.md.")
    for provider, trouble in troubles:
        click.echo(f"{provider.key} ({provider.issuer}): {trouble or 'answers and knows this node'}")
    if any(trouble for _, trouble in troubles):
        raise click.exceptions.Exit(ExitCode.FINDINGS)
