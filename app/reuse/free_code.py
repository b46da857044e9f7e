"""Under which licence free code stands, where it lies, and whether somebody keeps it up, as a record says."""

from __future__ import annotations

from datetime import date

from app.records.record import Record
from app.reuse.front_matter import UNKNOWN, citations, entries, group, word
from app.reuse.obtaining.ranking import is_old, own_day

SELF_HOST = "self_host_oss"


def is_documented_open(solution: Record) -> bool:
    """Tell whether both licence and place of the whole code are named; that somebody calls it open is not enough."""
    has_licence = word(solution, "software_license") != UNKNOWN
    listed = (entry.get("listing_url") for entry in entries(solution, "reuse_routes") if entry["route"] == SELF_HOST)
    is_placed = bool(group(solution, "repository").get("url")) or any(listed)
    return word(solution, "openness") == "open_source" and has_licence and is_placed


def kept_up_as_of(solution: Record, today: date) -> str:
    """Return the newest day on which a source names who keeps it up; "" where that has ended or is old or not said."""
    held = group(solution, "maintainer")
    day, until = own_day(citations(solution, held.get("sources", ()))), str(held.get("until", UNKNOWN))
    ended = until != UNKNOWN and until < today.isoformat()[: len(until)]
    is_said = held.get("type", UNKNOWN) not in (UNKNOWN, "none") and "org" in held and day != UNKNOWN
    return "" if ended or not is_said or is_old(day, today) else day
