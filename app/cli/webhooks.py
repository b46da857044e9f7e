"""erfahrungsnetz webhooks."""

import re
from collections.abc import Callable

import click

from app.cli.options import EPILOG, Options, ready, writing
from app.review.notices.notice import EVENTS

_URL = re.compile(r"https?://[^/\s]+/\S*", re.ASCII)
_KEEP = "Give it this secret; it is not shown again:"


@click.group(epilog=EPILOG)
def webhooks() -> None:
    """Manage the programs to which this site sends events."""


@webhooks.command(epilog=EPILOG)
@click.argument("url")
@click.option("--event", multiple=True, type=click.Choice(EVENTS), help="Only these events. Repeatable; all otherwise.")
@click.option("--text", is_flag=True, help="One German sentence for a chat instead of the event.")
@click.pass_obj
def add(options: Options, url: str, event: tuple[str, ...], text: bool) -> None:
    """Send events to URL from now on, signed after Standard Webhooks.

    \b
    Examples:
      erfahrungsnetz webhooks add https://programm.example/ereignisse --event record.published
      erfahrungsnetz webhooks add https://chat.example/hooks/abc --text
    """
    if not _URL.fullmatch(url):
        raise click.UsageError("URL looks like https://programm.example/ereignisse")
    with writing(options) as services:
        number, secret = services.webhooks.add(url, event or EVENTS, as_text=text)
    click.echo(f"{_KEEP} {secret}\nThen try it: erfahrungsnetz webhooks test {number}")


@webhooks.command("list", epilog=EPILOG)
@click.pass_obj
def list_(options: Options) -> None:
    """Show number, address, events and state of each program."""
    with ready(options) as services:
        for one in services.webhooks.all():
            state = f"stopped {one.stopped_at:%Y-%m-%d} ({one.failure})" if one.stopped_at else "active"
            click.echo(f"{one.id} {state} {one.url} {' '.join(one.events)}{' as text' if one.as_text else ''}")


def _for_one(deed: Callable[[Options, int], None]) -> click.Command:
    return webhooks.command(epilog=EPILOG)(click.argument("number", type=int)(click.pass_obj(deed)))


@_for_one
def remove(options: Options, number: int) -> None:
    """Stop sending events to NUMBER of `webhooks list`, and delete it."""
    with writing(options) as services:
        services.webhooks.remove(number)


@_for_one
def rotate(options: Options, number: int) -> None:
    """Print a new secret for NUMBER; the previous one stays valid until the next call."""
    with writing(options) as services:
        click.echo(f"{_KEEP} {services.webhooks.rotate(number)}")


@_for_one
def test(options: Options, number: int) -> None:
    """Send a ping to NUMBER now; if the program accepts it, sending resumes after a stop."""
    with writing(options) as services:
        services.webhooks.test(number)
    click.echo("Taken.")
