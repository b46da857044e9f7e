"""erfahrungsnetz mail."""

from __future__ import annotations

from uuid import uuid4

import click

from app.cli.options import EPILOG, ExitCode, Options
from app.review.notices.mail import NO_MAILBOX, Mail, MailRefused
from app.shared.clock import utc_now
from app.wiring.review import open_mail

_SAID = {
    "ConnectionRefusedError": "nothing listens there: the connection was refused. Is the port right?",
    "gaierror": "nobody knows this host. Is NODE_SMTP_HOST spelt right?",
    "TimeoutError": "it does not answer. Is there a firewall in between, or the port wrong?",
    "SSLCertVerificationError": "its certificate is not valid for this host, or nobody known vouches for it",
    "SSLError": "what answers there does not speak TLS so. Look at NODE_SMTP_SECURITY and the port",
    "SMTPNotSupportedError": "it offers no STARTTLS or no sign-in. Look at NODE_SMTP_SECURITY and the port",
    "SMTPServerDisconnected": "it hung up. Look at NODE_SMTP_SECURITY and the port",
    "smtp_535": "it does not accept user and password. Look at NODE_SMTP_USER and NODE_SMTP_PASSWORD_FILE",
    "smtp_530": "it wants a sign-in or encryption first. Look at NODE_SMTP_USER and NODE_SMTP_SECURITY",
    "recipient_refused": "it does not take messages for this recipient, or not from NODE_SMTP_FROM",
    NO_MAILBOX: "it knows no mailbox under this address",
    "address": "the address is none",
}


@click.group(epilog=EPILOG)
def mail() -> None:
    """Look after the messages that this node sends."""


@mail.command(epilog=EPILOG)
@click.argument("address")
@click.pass_obj
def test(options: Options, address: str) -> None:
    """Send a message to ADDRESS now, and say what is in the way.

    \b
    Example:
      erfahrungsnetz mail test kim@beispielverbund.example
    """
    settings = options.settings()
    port = open_mail(settings, utc_now)
    if port is None:
        click.echo("NODE_SMTP_HOST is empty: this node sends no messages.", err=True)
        raise click.exceptions.Exit(ExitCode.USAGE)
    text = f"This message shows that {settings.name} ({settings.issuer}) can send messages.\n"
    try:
        port.send(Mail(to=address, subject=f"{settings.name}: test", text=text, token=uuid4().hex, lang="en"))
    except MailRefused as error:
        where = f"{settings.smtp_host} port {settings.smtp_port}"
        click.echo(f"{where}: {_SAID.get(error.code, f'the server refused ({error.code})')}", err=True)
        raise click.exceptions.Exit(ExitCode.UNAVAILABLE) from error
    click.echo(f"Handed over to {settings.smtp_host}.")
