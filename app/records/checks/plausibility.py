"""Days that exist, come in order and have not run out; outcomes that fit their reasons and their evidence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from app.records.checks.sound_record import SoundRecord
from app.records.five_lines.lines import EVENT
from app.records.json_value import JsonValue
from app.records.problem import Problem

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_PAST_ONLY = frozenset({"confirmed", "last_confirmed"})


def dates(subject: SoundRecord) -> Iterator[Problem]:
    """Report impossible days, ends before beginnings, confirmations in the future and overdue reviews."""
    impossible = False
    for path, spec, value in subject.values:
        if spec.shape in ("date", "partialDate") and isinstance(value, str) and not _exists(value):
            impossible = True
            yield subject.error("no_such_day", path, value=value)
    if not impossible:
        yield from _order(subject)


def _order(subject: SoundRecord) -> Iterator[Problem]:
    front, today = subject.front, subject.today.isoformat()
    for key in _PAST_ONLY:
        if str(front.get(key, "")) > today:
            yield subject.warning("date_in_future", key, value=str(front[key]))
    if str(front["review_by"]) < today:
        yield subject.warning("review_overdue", "review_by", value=str(front["review_by"]))
    if str(front["review_by"]) < str(front["last_confirmed"]):
        yield subject.error(
            "ends_before_start", "review_by", start=str(front["last_confirmed"]), end=str(front["review_by"])
        )
    yield from _periods(subject)


def _periods(subject: SoundRecord) -> Iterator[Problem]:
    for path, spec, value in subject.values:
        if spec.type == "object" and isinstance(value, dict):
            for first, last in (("start", "end"), ("since", "until")):
                start, end = str(value.get(first, "")), str(value.get(last, ""))
                # Dates may be of different precision: 2021 is not before 2021-06.
                shared = min(len(start), len(end))
                if shared and "unknown" not in (start, end) and end[:shared] < start[:shared]:
                    yield subject.error("ends_before_start", f"{path}.{last}", start=start, end=end)


def _exists(value: str) -> bool:
    found = _PARTIAL.fullmatch(value)
    if not found:
        return value == "unknown"
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True


_BEFORE_AND_AFTER = 2


def outcome(subject: SoundRecord) -> Iterator[Problem]:
    """Report a stop without its reason, a reason without a stop, and evidence that no figure carries."""
    stopped = subject.front.get("outcome") == "stopped"
    if stopped and not subject.front.get("stop_reason"):
        yield subject.error("stop_reason_missing", "stop_reason")
    over = subject.front.get("phase") == "ended" and subject.front.get("outcome") != EVENT
    if subject.front.get("stop_reason") and not stopped and not over:
        yield subject.warning("stop_reason_without_stop", "stop_reason")
    if subject.front.get("evidence_level") == _BEFORE_AND_AFTER and "results" in subject.front:
        results = [entry for _, entry in subject.objects("results")]
        if not any("before" in entry for entry in results) and not _followed(results):
            yield subject.warning("evidence_without_figures", "evidence_level")


_FARE = re.compile(
    r"\b(?:fahrpreis|fahrschein|fahrkarte|eintritt|elternbeitr|nutzungsgebühr)\w*|\b\w*tickets?\b"
    r"|\bgebühr(?:en)? für (?:die )?(?:nutz|bürger|fahrgäst|eltern|gäste|besuch)\w*",
    re.IGNORECASE,
)


def fares(subject: SoundRecord) -> Iterator[Problem]:
    """Report costs that are what users pay: they say nothing of what the municipality needs."""
    for path, entry in subject.objects("costs"):
        found = _FARE.search(str(entry["what"]))
        if found:
            yield subject.warning("fare_as_cost", f"{path}.what", word=found[0])


def advice(subject: SoundRecord) -> Iterator[Problem]:
    """Report lessons that are said to have worked although no result shares a source with them."""
    shown = {str(key) for name in _EFFECTS for _, entry in subject.objects(name) for key in _keys(entry)}
    lessons = list(subject.objects("lessons"))
    evident = [entry for _, entry in lessons if _level(entry) >= _BEFORE_AND_AFTER]
    shown |= {key for entry in evident for key in _keys(entry)}
    for path, entry in lessons:
        if entry["kind"] == "worked" and not shown.intersection(_keys(entry)):
            yield subject.warning("effect_not_shown", f"{path}.kind")


_EFFECTS = ("results", "users", "facts")


def _keys(entry: Mapping[str, JsonValue]) -> tuple[str, ...]:
    keys = entry.get("sources")
    return tuple(map(str, keys)) if isinstance(keys, Sequence) else ()


def _level(entry: Mapping[str, JsonValue]) -> int:
    level = entry.get("evidence_level")
    return level if isinstance(level, int) else 0


def _followed(results: Sequence[Mapping[str, JsonValue]]) -> bool:
    """Tell whether one indicator has values of two dates."""
    counted = Counter({(entry.get("indicator"), entry.get("date")): 1 for entry in results if "value" in entry})
    return any(count > 1 for count in Counter(indicator for indicator, _ in counted).values())
