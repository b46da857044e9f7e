"""Logs for operators as pages and spreadsheets, and the log of what was changed about people and roles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from datetime import time as day_time
from typing import Any, TypeAlias, TypeVar

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import get_timezone

from app.documents.writing.exports import csv_bytes
from app.identity import Action, Role, RoleKind, Scope
from app.identity.audit_log import LogFilter
from app.identity.models import AccountEvent, AuditEntry
from app.review.models import AuditEvent
from app.shared.wording import N_
from app.web.identity.words import names_of, role_words
from app.web.shell.access import services
from app.web.shell.answers import saved
from app.web.shell.current import requires
from app.web.shell.wording import _

MAX_PEOPLE = 200
"""Number of people that a search for a name may match."""
BATCH_SIZE = 1000
_FIRST_YEAR = 1900
MAX_LINE_NUMBER = 2**31 - 1
"""The highest line number that all databases support."""
MAX_LINES = 50_000
"""Lines per file: fewer than spreadsheets can open, more than people read."""
LogLine: TypeAlias = AuditEntry | AuditEvent
Line = TypeVar("Line", AuditEntry, AuditEvent)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogForm:
    """The filter as it was typed, and the log lines that it selects."""

    kind: str
    who: str
    since: str
    until: str
    wanted: LogFilter

    @classmethod
    def read(cls, kinds: Collection[str]) -> LogForm:
        """Read the filter from the address; invalid values are ignored."""
        kind, who = request.args.get("art", ""), request.args.get("wer", "").strip()[:200]
        since, until = _day(request.args.get("von", "")), _day(request.args.get("bis", ""))
        people = services().identity.people
        wanted = LogFilter(
            kind=kind if kind in kinds else "",
            people=tuple(one.person.id for one in people.listed(who, MAX_PEOPLE)[0]) if who else None,
            since=_begin(since) if since else None,
            until=_begin(until + timedelta(days=1)) if until else None,
            before=_line(request.args.get("vor", "")),
        )
        return cls(
            kind=wanted.kind,
            who=who,
            since=since.isoformat() if since else "",
            until=until.isoformat() if until else "",
            wanted=wanted,
        )

    @property
    def query(self) -> dict[str, Any]:
        given = {"art": self.kind, "wer": self.who, "von": self.since, "bis": self.until}
        return {name: value for name, value in given.items() if value}

    def address(self, endpoint: str, before: int | None = None) -> str:
        """Return the address of a page with the same filter, optionally only with lines before the given one."""
        return url_for(endpoint, _external=False, **self.query, vor=before)

    def all(self, read: Callable[[LogFilter, int], tuple[Line, ...]]) -> tuple[Line, ...]:
        lines: list[Line] = []
        wanted = replace(self.wanted, before=None)
        while len(lines) < MAX_LINES and (some := read(wanted, BATCH_SIZE)):
            lines += some
            wanted = replace(wanted, before=some[-1].id)
        return tuple(lines[:MAX_LINES])


def older(endpoint: str, form: LogForm, lines: Sequence[LogLine], most: int) -> str:
    """Return the address of the lines before these, "" if there are none."""
    return form.address(endpoint, lines[-1].id) if len(lines) == most else ""


def log_file(name: str, head: Sequence[str], lines: Iterable[LogLine], cells: Iterable[Sequence[str]]) -> Response:
    """Return a log as a CSV file: time and cells of each line; cells that a spreadsheet would compute become text."""
    zone = get_timezone() or UTC
    times = (line.at.astimezone(zone).isoformat(sep=" ", timespec="seconds") for line in lines)
    rows = [head, *([at, *rest] for at, rest in zip(times, cells, strict=True))]
    return saved(csv_bytes(rows), "text/csv; charset=utf-8", name)


def _line(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_LINE_NUMBER))
    return int(text) if is_number and 0 < int(text) <= MAX_LINE_NUMBER else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if _FIRST_YEAR <= found.year < MAXYEAR else None


def _begin(day: date) -> datetime:
    # datetime.combine with a pytz zone would use local mean time, so convert from UTC instead.
    at = datetime.combine(day, day_time(), UTC)
    return at - (at.astimezone(get_timezone() or UTC).utcoffset() or timedelta())


blueprint = Blueprint("changes", __name__)
PAGE_LINES = 100
"""Changes on one page; the database keeps them all."""
_EVENTS: Mapping[AccountEvent, str] = {
    AccountEvent.JOINED: N_("signed in for the first time"),
    AccountEvent.GRANTED: N_("role given"),
    AccountEvent.REVOKED: N_("role taken away"),
    AccountEvent.INVITED: N_("invitation made"),
    AccountEvent.INVITATION_USED: N_("invitation used"),
    AccountEvent.INVITATION_WITHDRAWN: N_("invitation withdrawn"),
    AccountEvent.MUNICIPALITY_SET: N_("municipality entered"),
    AccountEvent.MUNICIPALITY_REMOVED: N_("municipality taken away"),
    AccountEvent.MUNICIPALITY_RELEASED: N_("municipality left to the sign-in"),
    AccountEvent.ORGANISATION_RELEASED: N_("organisation left to the sign-in"),
    AccountEvent.DELETED: N_("account deleted"),
    AccountEvent.ERASED: N_("nothing of the account left in any file"),
    AccountEvent.TOKEN_MADE: N_("key for programs made"),
    AccountEvent.TOKEN_REVOKED: N_("key for programs taken away"),
    AccountEvent.SIGNED_OUT_BY_OPERATOR: N_("signed out everywhere by an operator"),
}


@blueprint.get("/verwaltung/protokoll")
@requires(Action.ADMINISTER)
def changes() -> str:
    """Show the changes that match the filter, newest first."""
    form = LogForm.read([event.value for event in AccountEvent])
    entries = services().identity.audit.latest(PAGE_LINES, wanted=form.wanted)
    return render_template(
        "identity/audit.html",
        form=form,
        kinds=[(event.value, _(words)) for event, words in _EVENTS.items()],
        csv=form.address("changes.spreadsheet"),
        older=older("changes.changes", form, entries, PAGE_LINES),
        **_shown(entries),
    )


@blueprint.get("/verwaltung/protokoll.csv")
@requires(Action.ADMINISTER)
def spreadsheet() -> Response:
    """Send the changes that match the filter as CSV, up to the limit of a file."""
    form = LogForm.read([event.value for event in AccountEvent])
    entries = form.all(lambda wanted, limit: services().identity.audit.latest(limit, wanted=wanted))
    names = _names(entries)
    head = [_("When"), _("What"), _("Whom"), _("By whom")]
    rows = (
        [
            change_words(one),
            names[one.person_id] if one.person_id else "",
            names[one.actor] if one.actor else _("the system"),
        ]
        for one in entries
    )
    return log_file("personen.csv", head, entries, rows)


def changes_of(person_id: str) -> Mapping[str, object]:
    """Return the newest changes about a person, and the names of those who made them."""
    return _shown(services().identity.audit.latest(PAGE_LINES, person_id))


def _shown(entries: tuple[AuditEntry, ...]) -> Mapping[str, object]:
    names = _names(entries)
    return {"entries": entries, "names": names, "known": frozenset(services().identity.people.names(names))}


def _names(entries: tuple[AuditEntry, ...]) -> Mapping[str, str]:
    return names_of(each for one in entries for each in (one.actor, one.person_id) if each)


@blueprint.app_template_filter()
def change_words(entry: AuditEntry) -> str:
    """Return what was changed, with the role or municipality concerned."""
    kind = entry.detail.get("role")
    given = role_words(Role(kind=RoleKind(kind), scope=Scope.stored(entry.detail))) if kind else ""
    keys = [str(entry.detail[name]) for name in ("before", "ars") if name in entry.detail]
    towns = " → ".join(f"{place.name} ({key})" if (place := services().places.get(key)) else key for key in keys)
    detail = ", ".join(filter(None, (given, _("official key %(key)s", key=towns) if towns else "")))
    return f"{_(_EVENTS[entry.event])}: {detail}" if detail else _(_EVENTS[entry.event])
