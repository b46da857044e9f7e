"""erfahrungsnetz peers and harvest."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from app.cli.options import EPILOG, ExitCode, Options, ProgressLine, format_option, ready, writing
from app.federation.harvest.held_files import FileCounts
from app.federation.harvest.models import NodeState
from app.federation.harvest.origins import readable
from app.federation.harvest.report import End, Outcome, RunReport
from app.federation.harvest.run import SLICE_SECONDS
from app.federation.harvest.service import HarvestService, NodeView
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
    default=SLICE_SECONDS,
    show_default=True,
    help="Time for each peer; the next run continues from there.",
)
@click.pass_obj
def harvest(options: Options, peer: tuple[Issuer, ...], due: bool, seconds: float) -> None:
    """Fetch new and changed records of PEER, or of all peers, with pictures and files.

    Exit code 1: records were set aside or a list contradicts itself; 3: a peer gave no valid list.

    \b
    Examples:
      erfahrungsnetz harvest
      erfahrungsnetz harvest https://erfahrungen.example
      erfahrungsnetz harvest --due
    """
    with writing(options) as services:
        active = tuple(one.issuer for one in services.harvest.nodes.all() if one.state is NodeState.ACTIVE)
        chosen = peer or (services.harvest.nodes.due() if due else active)
        reports = []
        for one in chosen:
            report = services.harvest.read(one, ProgressLine(f"reading {one.origin}"), seconds)
            click.echo("\n".join(report_lines(report)))
            reports.append(report)
    if not chosen:
        click.echo("There is no peer to ask.", err=True)
    # Findings weigh more than silence.
    if any(report.findings for report in reports):
        raise click.exceptions.Exit(ExitCode.FINDINGS)
    if any(report.end is End.FAILED for report in reports):
        raise click.exceptions.Exit(ExitCode.UNAVAILABLE)


ACTOR = "operator"
_REASON = click.option("--reason", required=True, help="Why; kept in this node's log of such decisions.")


@click.group(epilog=EPILOG)
def peers() -> None:
    """Manage the nodes whose lists this node reads.

    Nothing is fetched from any other node. Each node is identified by its first root: compare its twelve words with
    those that its operator reads to you, by telephone for instance.
    """


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@click.option(
    "--root", help="SHA-256 of the node's first root, as its operator told you; asks for the words otherwise."
)
@click.option("--mirror", is_flag=True, help="Also fetch from it the lists of nodes that do not answer.")
@click.option(
    "--organisations/--no-organisations",
    default=None,
    help="Whether to use its records about providers, associations and their members; yes by default.",
)
@click.option("--association/--no-association", default=None, help="Whether to read the lists of its members too.")
@click.option("--yes", is_flag=True, help="Accept any root without asking. For trials on one machine.")
@click.pass_obj
def add(
    options: Options,
    address: Issuer,
    root: str | None,
    mirror: bool,
    organisations: bool | None,
    association: bool | None,
    yes: bool,
) -> None:
    """Read the list of the node at ADDRESS regularly.

    Adding a node again replaces its first root and its options.

    \b
    Example:
      erfahrungsnetz peers add https://erfahrungen.example
    """
    with writing(options) as services:
        seen = services.harvest.look(address)
        click.echo(f"Its twelve words: {seen.to_compare}\nIts first root:   {seen.sha256}")
        if root is not None and root != seen.sha256:
            raise click.UsageError("the node has another root. Ask its operator")
        if root is None and not yes:
            if not sys.stdin.isatty():
                raise click.UsageError(
                    "give the SHA-256 of its first root with --root, as the node's operator told you"
                )
            click.confirm("Did its operator read these words to you?", abort=True)
        services.harvest.add(address, seen.sha256, mirror=mirror, organisations=organisations, trusted=association)
    click.echo(f"Added. Read its list now with: erfahrungsnetz harvest {address.address}")


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
    """Choose whether to use the records about organisations of the peer at ADDRESS.

    They determine which memberships your readers can select, and from whom they can obtain a solution.

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
        services.harvest.nodes.change(address, state=NodeState.PAUSED)


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@click.pass_obj
def resume(options: Options, address: Issuer) -> None:
    """Fetch from ADDRESS again."""
    with writing(options) as services:
        services.harvest.nodes.change(address, state=NodeState.ACTIVE)


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@click.option("--keep-successor", is_flag=True, help="Keep trusting the association that it named as successor.")
@click.pass_obj
def remove(options: Options, address: Issuer, keep_successor: bool) -> None:
    """Forget the peer at ADDRESS, with everything that came from it."""
    with writing(options) as services:
        services.harvest.remove(address, keep_successor=keep_successor)


@peers.command(epilog=EPILOG)
@click.argument("address", type=ADDRESS)
@_REASON
@click.pass_obj
def block(options: Options, address: Issuer, reason: str) -> None:
    """Hide all records of the node at ADDRESS and fetch nothing from it. Can be undone."""
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


_ENDS = {
    End.UNCHANGED: "nothing new",
    End.COMPLETE: "done",
    End.INTERRUPTED: "time was up; the next run continues from there",
    End.FAILED: "failed",
    End.BUSY: "another process is fetching from it",
}
_OUTCOMES = {
    Outcome.NEW: "new",
    Outcome.UPDATED: "updated",
    Outcome.WITHDRAWN: "withdrawn",
    Outcome.ERASED: "erased",
    Outcome.OVER_QUOTA: "over today's quota",
    Outcome.SET_ASIDE: "set aside",
}
_NOTICES = {
    "equivocation": "has signed two different lists under one number; its records are not updated. Ask its operator"
}


def report_lines(report: RunReport) -> Iterator[str]:
    """Yield a run in words."""
    tally = report.tally
    counts = [f"{tally.outcomes[one]} {word}" for one, word in _OUTCOMES.items() if tally.outcomes[one]]
    error = f" ({report.error})" if report.error else ""
    yield f"{report.node.address}: {', '.join([f'{_ENDS[report.end]}{error}', *counts])}"
    for reason, number in sorted(tally.reasons.items()):
        yield f"  set aside: {number} because of {reason}"
    yield from (f"  {_NOTICES.get(notice, notice)}" for notice in report.notices)
    files = report.files
    if files.arrived or files.missing:
        missing = f", {files.missing} are missing" if files.missing else ""
        yield f"  files: {files.arrived} came ({_mib(files.size)}){missing}"
    for reason, number in sorted(files.reasons.items()):
        yield f"    did not come: {number} because of {reason}"


def as_text(harvest: HarvestService, now: datetime) -> str:
    """Return all peers in words, two lines each."""
    views, files = harvest.views(), harvest.files.counts()
    if not views:
        return "No peers. Add one with: erfahrungsnetz peers add ADDRESS"
    return "\n".join(line for view in views for line in _lines(view, files.get(view.node.origin, FileCounts()), now))


def as_json(harvest: HarvestService, now: datetime) -> str:
    """Return all peers as JSON."""
    files = harvest.files.counts()
    listed = [_as_mapping(view, files.get(view.node.origin, FileCounts()), now) for view in harvest.views()]
    return json.dumps(listed, ensure_ascii=False, indent=2)


def _lines(view: NodeView, files: FileCounts, now: datetime) -> Iterator[str]:
    node = view.node
    roles = [
        word
        for word, has in (
            ("association", node.trusted),
            ("mirror", node.mirror),
            ("counts about organisations", node.organisations),
        )
        if has
    ]
    role, state = f" ({', '.join(roles)})" if roles else "", "" if node.state is NodeState.ACTIVE else f", {node.state}"
    yield f"{node.issuer.address}{role}{state}: {readable(node.name)}".rstrip(": ")
    at = f"{node.confirmed_at:%Y-%m-%d %H:%M} UTC" if node.confirmed_at else "never"
    failing = f", failed {node.failures} times in a row ({node.error})" if node.failures else ""
    yield f"    {view.records} records, list {node.list_version} confirmed {at} ({node.freshness_at(now)}){failing}"
    if view.set_aside:
        yield f"    {view.set_aside} records are set aside"
    if files.held or files.missing:
        why = "".join(f", {number} because of {reason}" for reason, number in sorted(files.reasons.items()))
        yield f"    {files.held} files ({_mib(files.size)}), {files.missing} missing{why}"


def _mib(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MiB"


def _as_mapping(view: NodeView, files: FileCounts, now: datetime) -> dict[str, Any]:
    node = view.node
    return {
        "address": node.issuer.address,
        "state": node.state.value,
        "mirror": node.mirror,
        "association": node.trusted,
        "known_by": node.association.address if node.association else None,
        "organisations": node.organisations,
        "name": node.name,
        "root": node.root,
        "list": node.list_version,
        "confirmed_at": node.confirmed_at.isoformat() if node.confirmed_at else None,
        "freshness": node.freshness_at(now).value,
        "records": view.records,
        "set_aside": view.set_aside,
        "files": {"held": files.held, "bytes": files.size, "missing": files.missing, "reasons": dict(files.reasons)},
        "succeeded_at": node.succeeded_at.isoformat() if node.succeeded_at else None,
        "next_at": node.next_at.isoformat(),
        "failures": node.failures,
        "error": node.error,
    }
