"""erfahrungsnetz providers."""

from __future__ import annotations

import click

from app.cli.options import EPILOG, ExitCode, Options, opened
from app.identity.providers.check import ProviderTrouble, check_provider

_SAID = {
    "invalid_client": "does not accept client_id and secret ({detail}). Compare both with what is entered there",
    "other_issuer": "calls itself {detail}, and {expected} is entered as issuer. Enter it letter by letter as it says",
    "unknown_host": "has an address that nobody knows. Is it spelt right?",
    "refused": "is not listening there: the connection was refused. Is the port right, and the program running?",
    "silent": "does not answer ({detail}). Is there a firewall in between?",
    "address": "leads to an address of the machine's own surroundings, where no provider is ({detail})",
    "hung_up": "hung up ({detail})",
    "tls": "has no certificate that is trusted here: {detail}",
    "status": "answered with status {detail} instead of {expected}. Is the issuer's path right?",
    "no_json": "answered with something else than its description ({detail}). Is the issuer's path right?",
    "no_token_endpoint": "names no usable token endpoint ({detail})",
    "no_answer": "did not answer as it should ({detail})",
}


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
        click.echo(f"{provider.key} ({provider.issuer}): {_line(trouble)}")
    if any(trouble for _, trouble in troubles):
        raise click.exceptions.Exit(ExitCode.FINDINGS)


def _line(trouble: ProviderTrouble | None) -> str:
    if trouble is None:
        return "answers and knows this node"
    return _SAID[trouble.code].format(detail=trouble.detail, expected=trouble.expected)
