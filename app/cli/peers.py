"""The commands peers and harvest."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import click

from app.cli.options import EPILOG, ExitCode, Options, ProgressLine, format_option, ready, writing
from app.federation.entity import ReceivedConfiguration
from app.federation.harvest.file_rows import FileCounts
from app.federation.harvest.models import Audit, PeerState
from app.federation.harvest.origins import readable
from app.federation.harvest.report import End, IngestOutcome, RunReport
from app.federation.harvest.service import RUN_SECONDS, HarvestService, PeerView
from app.federation.issuer import Issuer, IssuerInvalid


class _Address(click.ParamType[Issuer]):
    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Issuer:
        try:
            return Issuer.parse(value.rstrip("/"))
        except IssuerInvalid:
            self.fail("a node's address looks like https://erfahrungen.example, in lower case", param, ctx)


ADDRESS = _Address()


@click.command(epilog=EPILOG)
@click.argument("peer", nargs=-1, type=ADDRESS)
@click.option("--due", is_flag=True, help="Ask only the peers that are due, as the worker does.")
@click.option(
    "--seconds",
    type=click.FloatRange(1, 86_400),
    default=RUN_SECONDS,
    show_default=True,
    help="Time limit for each peer; the next run continues from there.",
)
@click.pass_obj
def harvest(options: Options, peer: tuple[Issuer, ...], due: bool, seconds: float) -> None:
    """Fetch what is new from PEER, or from all peers.

    Verifies everything, then compares both sides and fetches what is missing, pictures and files of the records last.
    Exit code 1 means that statements were set aside or contradict each other, 3 that a peer did not answer.

    \b
    Examples:
      erfahrungsnetz harvest
      erfahrungsnetz harvest https://erfahrungen.example
      erfahrungsnetz harvest --due
    """
    with writing(options) as services:
        active = tuple(view.peer.issuer for view in services.harvest.peers() if view.peer.state == "active")
        chosen = peer or (services.harvest.due() if due else active)
        reports = []
        for one in chosen:
            report = services.harvest.harvest(one, ProgressLine(f"fetching from {one.origin}"), seconds)
            click.echo("\n".join(report_lines(report)))
            reports.append(report)
    if not chosen:
        click.echo("Nobody to ask.", err=True)
    # Findings matter more than a peer that did not answer.
    if any(report.findings for report in reports):
        raise click.exceptions.Exit(ExitCode.FINDINGS)
    if any(report.end is End.FAILED for report in reports):
        raise click.exceptions.Exit(ExitCode.UNAVAILABLE)


ACTOR = "operator"
_REASON = click.option("--reason", required=True, help="The reason; recorded in this node's log of such decisions.")


@click.group(epilog=EPILOG)
def peers() -> None:
    """Manage the other nodes from which this one fetches records.

    It fetches from no others. Each node is identified by the name of its federation key: compare that name with the one
    that its operator tells you by another channel than the web, such as by telephone.
    """


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@click.option("--key", help="Name of the federation key, from the node's operator; if missing, you are asked.")
@click.option(
    "--hub", is_flag=True, help="Also take what the node passes on from others, and trust it about their identity."
)
@click.option(
    "--organisations/--no-organisations",
    default=None,
    help="Whether to use its records of providers, associations and their members for your readers (new peers: yes).",
)
@click.option("--yes", is_flag=True, help="Trust whatever key answers. For trials on one machine.")
@click.pass_obj
def add(options: Options, address: Issuer, key: str | None, hub: bool, organisations: bool | None, yes: bool) -> None:
    """Fetch from the node at ADDRESS from now on.

    Add a node again to accept its new key, or to change whether it is a hub. The choice about organisations stays as it
    is unless you give it again.

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
@format_option("Format of the list.")
@click.pass_obj
def list_(options: Options, style: str) -> None:
    """List all peers: how current and complete each one is, and its last error."""
    with ready(options) as services:
        write = as_json if style == "json" else as_text
        click.echo(write(services.harvest, services.clock()))


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@click.argument("counts", type=click.Choice(["yes", "no"]))
@click.pass_obj
def organisations(options: Options, address: Issuer, counts: str) -> None:
    """Choose whether to use what the peer at ADDRESS says about organisations.

    This affects which associations and providers your readers can select, and from whom they can obtain a solution.

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
    """Stop fetching from ADDRESS until `resume`."""
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
    """Remove the peer at ADDRESS.

    Its records are deleted 30 days after the node was last heard of, also through a hub; `block` hides them at once.
    """
    with writing(options) as services:
        services.harvest.remove(address)


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@_REASON
@click.pass_obj
def block(options: Options, address: Issuer, reason: str) -> None:
    """Hide all records of the node at ADDRESS and stop fetching from it. Can be undone."""
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


_ENDS = {
    End.UNCHANGED: "nothing new",
    End.COMPLETE: "done",
    End.INTERRUPTED: "time was up; the next run goes on from there",
    End.FAILED: "failed",
    End.BUSY: "another process is fetching from it",
}
_OUTCOMES = {
    IngestOutcome.NEW: "new",
    IngestOutcome.UPDATED: "updated",
    IngestOutcome.WITHDRAWN: "withdrawn",
    IngestOutcome.RENEWED: "signed anew",
    IngestOutcome.OLD: "older than what is held",
    IngestOutcome.OVER_QUOTA: "over today's quota",
    IngestOutcome.QUARANTINED: "set aside",
}
_AUDITS = {
    Audit.UNKNOWN: "not compared yet",
    Audit.OK: "complete",
    Audit.BEHIND: "something is still missing here",
    Audit.MISMATCH: "holds something that its origin does not stand by",
}
_NOTICES = {
    "restored": "was restored from an older state; ask its operator",
    "moved": "has moved; ask its operator, then add it under its new address",
    "move_unproven": "says that it has moved here from an address that does not say so",
    "conflict": "says of a node known here that it has other keys",
}


def report_lines(report: RunReport) -> Iterator[str]:
    """Yield the lines that describe a run."""
    counts = [f"{report.outcomes[one]} {word}" for one, word in _OUTCOMES.items() if report.outcomes[one]]
    error = f" ({report.error})" if report.error else ""
    parts = [f"{_ENDS[report.end]}{error}", *counts]
    yield f"{report.peer.address}: {', '.join(parts)}"
    for reason, number in sorted(report.reasons.items()):
        yield f"  set aside: {number} because of {reason}"
    for origin, audit in sorted(report.audits.items()):
        if audit is not Audit.OK:
            yield f"  {origin}: {_AUDITS[audit]}"
    yield from (f"  {_NOTICES.get(notice, notice)}" for notice in report.notices)
    files = report.files
    if files.arrived or files.missing:
        missing = f", {files.missing} are missing" if files.missing else ""
        yield f"  files: {files.arrived} came ({_mib(files.size)}){missing}"
    for reason, number in sorted(files.reasons.items()):
        yield f"    did not come: {number} because of {reason}"


def as_text(harvest: HarvestService, now: datetime) -> str:
    """Return all peers as text, two or more lines each, and how many statements are set aside."""
    views = harvest.peers()
    if not views:
        return "No peers. Add one with: erfahrungsnetz peers add ADDRESS"
    files = harvest.files.queue.counts()
    lines = [line for view in views for line in _peer_lines(view, _counts(view, files), now)]
    aside = harvest.quarantine.count()
    return "\n".join([*lines, *([f"{aside} statements are set aside."] if aside else [])])


def as_json(harvest: HarvestService, now: datetime) -> str:
    """Return all peers as JSON."""
    files = harvest.files.queue.counts()
    listed = [_as_mapping(view, _counts(view, files), now) for view in harvest.peers()]
    return json.dumps(listed, ensure_ascii=False, indent=2)


def _counts(view: PeerView, files: Mapping[str, FileCounts]) -> FileCounts:
    """Return the counts of files for the peer's own records, without those that it passes on."""
    return files.get(view.known.origin if view.known else view.peer.issuer.origin, FileCounts())


def _peer_lines(view: PeerView, files: FileCounts, now: datetime) -> Iterator[str]:
    peer, known = view.peer, view.known
    state = "" if peer.state is PeerState.ACTIVE else f", {peer.state.value}"
    roles = [word for word, has in (("hub", peer.hub), ("counts about organisations", peer.organisations)) if has]
    role = f" ({', '.join(roles)})" if roles else ""
    yield f"{peer.issuer.address}{role}{state}: {readable(known.name) if known else ''}"
    yield f"    key {known.federation_key if known else '-'}"
    if known and known.moved_to:
        yield f"    has moved to {known.moved_to.address}; ask its operator, then add it there"
    last = f"last answered {peer.succeeded_at:%Y-%m-%d %H:%M} UTC" if peer.succeeded_at else "never answered yet"
    failing = f", failed {peer.failures} times in a row ({peer.error})" if peer.failures else ""
    held = "nothing known"
    if known:
        held = f"{view.records} of {known.state_count} records, {_AUDITS[known.audit]}, {known.freshness(now).value}"
    yield f"    {held}; {last}{failing}"
    if files.held or files.missing:
        why = "".join(f", {number} because of {reason}" for reason, number in sorted(files.reasons.items()))
        yield f"    {files.held} files ({_mib(files.size)}), {files.missing} missing{why}"


def _mib(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MiB"


def _as_mapping(view: PeerView, files: FileCounts, now: datetime) -> dict[str, Any]:
    peer, known = view.peer, view.known
    return {
        "address": peer.issuer.address,
        "state": peer.state.value,
        "hub": peer.hub,
        "organisations": peer.organisations,
        "name": known.name if known else "",
        "federation_key": known.federation_key if known else "",
        "freshness": known.freshness(now).value if known else "",
        "audit": known.audit.value if known else "",
        "moved_to": known.moved_to.address if known and known.moved_to else "",
        "records": view.records,
        "files": {
            "held": files.held,
            "bytes": files.size,
            "missing": files.missing,
            "reasons": dict(files.reasons),
        },
        "succeeded_at": peer.succeeded_at.isoformat() if peer.succeeded_at else None,
        "next_at": peer.next_at.isoformat(),
        "failures": peer.failures,
        "error": peer.error,
    }
