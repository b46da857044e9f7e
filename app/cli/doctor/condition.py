"""What a monitor is told too: free space, messages that wait, duties that nobody does."""

from __future__ import annotations

from collections.abc import Iterator

from app.cli.doctor.finding import Finding, Grade
from app.cli.doctor.stores import has_tables
from app.wiring import Services
from app.wiring.condition import LATE, disk_of, upkeep_of

_MEBI = 1024 * 1024


def examine_condition(services: Services) -> Iterator[Finding]:
    """Find a disk that is full or cannot be written to, and what should have happened long ago."""
    folder = services.settings.data
    disk = disk_of(folder)
    if disk.state != "ok":
        grade = Grade.WARNING if disk.state == "low" else Grade.ERROR
        message = f"{disk.free // _MEBI} MiB are free" if disk.writable else "cannot be written to"
        yield Finding(
            area="disk", code=disk.state, subject=str(folder), message=message, remedy="Make room there.", grade=grade
        )
    if not has_tables(services):
        return
    upkeep = upkeep_of(services)
    if upkeep.outbox > LATE:
        message = f"the oldest message has been waiting for {int(upkeep.outbox.total_seconds() // 3600)} hours"
        remedy = "Look for message.not_sent in the log, and at the settings NODE_SMTP_…"
        yield Finding(area="rounds", code="outbox", message=message, remedy=remedy, grade=Grade.WARNING)
    for job in upkeep.late:
        message = "should have been done more than two hours ago"
        remedy = "Is the site or erfahrungsnetz worker running?"
        yield Finding(area="rounds", code="late", subject=job, message=message, remedy=remedy, grade=Grade.WARNING)
