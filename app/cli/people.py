"""Commands about people: grant, providers, mail."""

from uuid import uuid4

import click

from app.cli.options import EPILOG, ExitCode, Options, matching, opened
from app.identity import Role, RoleKind, Scope
from app.identity.providers.check import check_provider
from app.review.notices.mail import NO_MAILBOX, Mail, MailRefused
from app.shared.clock import utc_now
from app.wiring import Services
from app.wiring.review import open_mail

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
@click.option("--revoke", is_flag=True, help="Remove the role instead.")
@click.pass_obj
def grant(
    options: Options, address: str, role: str, topics: str, states: str, organisations: str, revoke: bool
) -> None:
    """Give a ROLE to the person with the e-mail ADDRESS, for example to the first operator of a new node.

    The person must have signed in once, and their provider must have confirmed the address. A curator may be limited to
    topics, states or organisations; a record has to meet all limits. A role granted by the provider's claims can only
    be removed there.

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
        _refuse_unknown(services, chosen.scope)
        identity = services.identity
        person = identity.people.by_address(address)
        if revoke:
            identity.grants.revoke_role(person.id, chosen, actor=None)
        else:
            identity.grants.grant(person.id, chosen, actor=None)
    click.echo(f"{address}: {role} {'removed' if revoke else 'granted'}.")


def _refuse_unknown(services: Services, scope: Scope) -> None:
    """Raise UsageError for unknown limits: a curator limited to a misspelt state could review nothing."""
    services.vocabularies.refresh()
    topics = {concept.id for concept in services.vocabularies["topics"].concepts} if scope.topics else frozenset()
    states = {str(choice.value) for choice in services.schemas.choices("state")}
    for name, given, known in (("topics", scope.topics, topics), ("states", scope.states, states)):
        if unknown := sorted(given - known):
            raise click.UsageError(
                f"--{name}: {', '.join(unknown)} does not exist; known are {', '.join(sorted(known))}"
            )


@click.group(epilog=EPILOG)
def providers() -> None:
    """Manage the providers with which people sign in."""


@providers.command("check", epilog=EPILOG)
@click.pass_obj
def check_providers(options: Options) -> None:
    """Test each provider as a sign-in would, and report what fails.

    Nobody is signed in: the test sends client, secret and an invented code, which the provider has to refuse.

    \b
    Example:
      erfahrungsnetz providers check
    """
    with opened(options.settings()) as services:
        found = services.identity.providers
        issuer = services.settings.issuer
        troubles = [(one, check_provider(one, f"{issuer}/anmelden/{one.key}/antwort")) for one in found]
    if not troubles:
        click.echo("There are no providers. Enter them in providers.toml; see docs/reference/sign-in.md.")
    for provider, trouble in troubles:
        click.echo(f"{provider.key} ({provider.issuer}): {trouble or 'answers and knows this node'}")
    if any(trouble for _, trouble in troubles):
        raise click.exceptions.Exit(ExitCode.FINDINGS)


_MAIL_TROUBLES = {
    "ConnectionRefusedError": "nothing listens there: the connection was refused. Is the port right?",
    "gaierror": "this host does not exist. Is NODE_SMTP_HOST spelt right?",
    "TimeoutError": "it does not answer. Is there a firewall in between, or the port wrong?",
    "SSLCertVerificationError": "its certificate is not valid for this host, or not from a trusted authority",
    "SSLError": "it does not use TLS in this way. Check NODE_SMTP_SECURITY and the port",
    "SMTPNotSupportedError": "it offers no STARTTLS or no sign-in. Check NODE_SMTP_SECURITY and the port",
    "SMTPServerDisconnected": "it closed the connection. Check NODE_SMTP_SECURITY and the port",
    "smtp_535": "it does not accept user and password. Check NODE_SMTP_USER and NODE_SMTP_PASSWORD_FILE",
    "smtp_530": "it requires a sign-in or encryption first. Check NODE_SMTP_USER and NODE_SMTP_SECURITY",
    "recipient_refused": "it does not accept messages for this recipient, or from NODE_SMTP_FROM",
    NO_MAILBOX: "it has no mailbox with this address",
    "address": "this is not an e-mail address",
}


@click.group(epilog=EPILOG)
def mail() -> None:
    """Manage the e-mails that this node sends."""


@mail.command("test", epilog=EPILOG)
@click.argument("address")
@click.pass_obj
def test_mail(options: Options, address: str) -> None:
    """Send a test message to ADDRESS now, and report what fails.

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
        click.echo(f"{where}: {_MAIL_TROUBLES.get(error.code, f'the server refused ({error.code})')}", err=True)
        raise click.exceptions.Exit(ExitCode.UNAVAILABLE) from error
    click.echo(f"Handed over to {settings.smtp_host}.")
