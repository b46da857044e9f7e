"""Rules for claims: they need a source, dates must exist and be in order, outcomes need a reason and evidence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import cast

from app.records.checks.sound_record import SoundRecord
from app.records.five_lines.lines import EVENT
from app.records.json_value import JsonValue
from app.records.problem import Problem
from app.records.schema import FieldSpec
from app.records.structure import OF_FIELD, named_sources, source_keys

_ASKED_FOR_MILDLY = frozenset({"goals", "preconditions"})
"""Intentions and needs are often unpublished, so a missing source there is only a warning."""

_FIGURE = re.compile(r"\d")


def unsourced_claims(subject: SoundRecord) -> Iterator[Problem]:
    """Report entries of the front matter that must name a source but do not."""
    for path, spec, value in subject.values:
        holder = spec if spec.properties else None
        demanded = holder.part("sources") if holder else None
        if demanded is None or not isinstance(value, Mapping):
            continue
        given, top = value.get("sources"), path.partition(".")[0]
        field = subject.kind.by_key.get(top)
        # A field that only says that its value is still open claims nothing.
        if given or (field is not None and field.is_unknown(subject.front[top])):
            continue
        if demanded.required and top not in _ASKED_FOR_MILDLY:
            yield subject.error("claim_without_source", f"{path}.sources")
        elif demanded.required or given is not None:
            yield subject.warning("claim_without_source", f"{path}.sources")


def unsourced_fields(subject: SoundRecord) -> Iterator[Problem]:
    """Warn of entries without a source where the schema does not require one but readers need it."""
    for path, spec, value in subject.values:
        if not spec.sourced or not value:
            continue
        holder, sources = _where_sources_stand(subject, path, spec, value)
        # An existing empty list is reported with the other claims.
        if not holder.get(sources.rpartition(".")[2]) and not (spec.properties and "sources" in holder):
            yield subject.warning("claim_without_source", sources)


def _where_sources_stand(
    subject: SoundRecord, path: str, spec: FieldSpec, value: JsonValue
) -> tuple[Mapping[str, JsonValue], str]:
    top, _, inner = path.partition(".")
    if spec.properties and isinstance(value, Mapping):
        return value, f"{path}.sources"
    group = subject.front[top]
    if inner and isinstance(group, Mapping):
        return group, f"{top}.sources"
    return subject.front, f"{path}{OF_FIELD}"


def unsourced_blocks(subject: SoundRecord) -> Iterator[Problem]:
    """Report paragraphs, list items and tables of the body without a footnote where one is needed."""
    for spec in subject.kind.sections:
        found = subject.blocks.get(spec.id, ())
        for index, block in enumerate(found):
            following = found[index + 1] if index + 1 < len(found) else None
            if block.is_sourced(following) or block.text == spec.unknown:
                continue
            words = block.text.split()
            start = " ".join(words[:8]) + (" …" if len(words) > 8 else "")
            if spec.claims:
                yield subject.error("paragraph_without_source", f"body.{spec.id}", block.line, start=start)
            elif _FIGURE.search(block.text):
                yield subject.warning("figure_without_source", f"body.{spec.id}", block.line, start=start)


def unused_sources(subject: SoundRecord) -> Iterator[Problem]:
    """Report sources that nothing refers to."""
    used = {key for _, key in named_sources(subject.front)}
    used.update(key for found in subject.blocks.values() for block in found for key in block.sources)
    for index, key in enumerate(source_keys(subject.front)):
        if key not in used:
            yield subject.warning("source_unused", f"sources.{index}.key", key=key)


_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def dates(subject: SoundRecord) -> Iterator[Problem]:
    """Report impossible dates, ends before starts, confirmations in the future and overdue reviews."""
    impossible = False
    for path, spec, value in subject.values:
        if spec.shape in ("date", "partialDate") and isinstance(value, str) and not _exists(value):
            impossible = True
            yield subject.error("no_such_day", path, value=value)
    if not impossible:
        yield from _order(subject)


def _order(subject: SoundRecord) -> Iterator[Problem]:
    front, today = subject.front, subject.today.isoformat()
    for key in ("confirmed", "last_confirmed"):
        if str(front.get(key, "")) > today:
            yield subject.warning("date_in_future", key, value=str(front[key]))
    confirmed, due = (str(front.get(key, "")) for key in ("last_confirmed", "review_by"))
    if "" < due < today:
        yield subject.warning("review_overdue", "review_by", value=due)
    if "" < due < confirmed:
        yield subject.error("ends_before_start", "review_by", start=confirmed, end=due)
    yield from _periods(subject)


def _periods(subject: SoundRecord) -> Iterator[Problem]:
    for path, spec, value in subject.values:
        if spec.type == "object" and isinstance(value, dict):
            for first, last in (("start", "end"), ("since", "until")):
                start, end = str(value.get(first, "")), str(value.get(last, ""))
                # The precision of dates may differ: 2021 is not before 2021-06.
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


def title_place(subject: SoundRecord) -> Iterator[Problem]:
    """Warn if a case has one place, but its title "Place: what was done" begins with something else."""
    title, towns = str(subject.front.get("title")), [str(one["name"]) for _, one in subject.objects("municipalities")]
    # Names may be inflected or part of a compound, as in "Ulmer Datenplattform".
    known = [word[:5].casefold() for town in towns for word in re.findall(r"\w{3,}", town)]
    is_named = not known or any(word in title.casefold() for word in known)
    if subject.kind.name == "case-study" and len(towns) == 1 and ":" in title and not is_named:
        yield subject.warning("title_elsewhere", "title", begins=title.partition(":")[0], place=towns[0])


def outcome(subject: SoundRecord) -> Iterator[Problem]:
    """Report a stop without a reason, a reason without a stop, and an evidence level without supporting figures."""
    stopped = subject.front.get("outcome") == "stopped"
    if stopped and not subject.front.get("stop_reason"):
        yield subject.error("stop_reason_missing", "stop_reason")
    over = subject.front.get("phase") == "ended" and subject.front.get("outcome") != EVENT
    if subject.front.get("stop_reason") and not stopped and not over:
        yield subject.warning("stop_reason_without_stop", "stop_reason")
    if subject.front.get("evidence_level") == _BEFORE_AND_AFTER and "results" in subject.front:
        results = [entry for _, entry in subject.objects("results")]
        # Two dated values of one indicator are evidence too.
        dated = {(entry.get("indicator"), entry.get("date")) for entry in results if "value" in entry}
        followed = len(dated) > len({indicator for indicator, _ in dated})
        if not any("before" in entry for entry in results) and not followed:
            yield subject.warning("evidence_without_figures", "evidence_level")


_FARE = re.compile(
    r"\b(?:fahrpreis|fahrschein|fahrkarte|eintritt|elternbeitr|nutzungsgebühr)\w*|\b\w*tickets?\b"
    r"|\bgebühr(?:en)? für (?:die )?(?:nutz|bürger|fahrgäst|eltern|gäste|besuch)\w*",
    re.IGNORECASE,
)


def fares(subject: SoundRecord) -> Iterator[Problem]:
    """Report costs that are users' fares or fees, because they do not show what the municipality pays."""
    for path, entry in subject.objects("costs"):
        found = _FARE.search(str(entry["what"]))
        if found:
            yield subject.warning("fare_as_cost", f"{path}.what", word=found[0])


def advice(subject: SoundRecord) -> Iterator[Problem]:
    """Report lessons of the kind "worked" that share no source with a result."""
    shown = {
        str(key) for name in ("results", "users", "facts") for _, entry in subject.objects(name) for key in _keys(entry)
    }
    lessons = list(subject.objects("lessons"))
    evident = [entry for _, entry in lessons if cast("int", entry.get("evidence_level", 0)) >= _BEFORE_AND_AFTER]
    shown |= {key for entry in evident for key in _keys(entry)}
    for path, entry in lessons:
        if entry["kind"] == "worked" and not shown.intersection(_keys(entry)):
            yield subject.warning("effect_not_shown", f"{path}.kind")


def _keys(entry: Mapping[str, JsonValue]) -> tuple[str, ...]:
    keys = entry.get("sources")
    return tuple(map(str, keys)) if isinstance(keys, Sequence) else ()
