"""Peers and runs in words and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from app.federation.harvest.files.values import FileCounts, FileTally
from app.federation.harvest.models import Audit, PeerState
from app.federation.harvest.origins import readable
from app.federation.harvest.report import End, IngestOutcome, RunReport
from app.federation.harvest.service import HarvestService, PeerView

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
    """Yield a run in words."""
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
    yield from _file_lines(report.files)


def _file_lines(files: FileTally) -> Iterator[str]:
    if files.arrived or files.missing:
        missing = f", {files.missing} are missing" if files.missing else ""
        yield f"  files: {files.arrived} came ({_mib(files.size)}){missing}"
    for reason, number in sorted(files.reasons.items()):
        yield f"    did not come: {number} because of {reason}"


def as_text(harvest: HarvestService, now: datetime) -> str:
    """Return all peers in words, two lines each, and how many statements are set aside."""
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
    """Return the counts of the files of a peer's own records."""
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
    yield f"    {_held(view, now)}; {last}{failing}"
    if files.held or files.missing:
        why = "".join(f", {number} because of {reason}" for reason, number in sorted(files.reasons.items()))
        yield f"    {files.held} files ({_mib(files.size)}), {files.missing} missing{why}"


def _mib(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MiB"


def _held(view: PeerView, now: datetime) -> str:
    known = view.known
    if known is None:
        return "nothing known"
    return f"{view.records} of {known.state_count} records, {_AUDITS[known.audit]}, {known.freshness(now).value}"


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
