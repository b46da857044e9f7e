"""A solution as publiccode.yml 0.5, for catalogues of software: what the record knows and which keys it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from app.records.record import Record
from app.reuse.front_matter import UNKNOWN, entries, group, word

VERSION = "0.5.0"
REQUIRED = (
    *("publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description"),
    *("legal", "maintenance", "localisation"),
)
"""Keys that the standard asks for."""
_ONCE = ("longDescription", "features")
_OF_MAINTENANCE = {"contract": "contractors", "internal": "contacts", "community": "contacts"}
"""What it asks for in one language at least, and by the kind of maintenance.

Contacts have to be persons, whom records do not name.
"""
_LICENCE = re.compile(r"[A-Z0-9][A-Za-z0-9.+-]*(?: (?:OR|AND|WITH) [A-Z0-9][A-Za-z0-9.+-]*)*")
"""What can be an SPDX expression; records also describe licences in words."""
_STABLE = frozenset({"product", "shared_product", "dvc_saas"})
_TYPES = {"app": "standalone/mobile", "platform": "standalone/web", "software": "standalone/other"}
_PLATFORMS = {"app": ["android", "ios"], "platform": ["web"]}
_SCOPES = {
    "economy-tourism": "finance-and-economic-development",
    "education-culture": "education",
    "energy-climate": "energy",
    "environment-water": "environment",
    "health-care": "healthcare",
    "mobility": "transportation",
    "safety": "emergency-services",
    "social-integration": "society",
}
_SHORT, _LONG, _FEATURE = 150, 10_000, 100
"""The longest texts that the standard takes, in characters."""


def publiccode(record: Record, page: str, version: str) -> str:
    """Return the file on a solution; `page` is the address of its page, `version` that of the version it is from."""
    found = {key: value for key, value in _told(record, page).items() if value}
    missing = [*(key for key in REQUIRED if key not in found), *_inside(found)]
    lines = [f"# From {version}"]
    if missing:
        lines.append(f"# Not known there, so left out although the standard asks for it: {', '.join(missing)}")
    return "\n".join([*lines, "", yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=120)])


def _inside(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys that are missing inside of what is there."""
    said, held = found["description"].values(), found.get("maintenance") or {}
    yield from (f"description/{key}" for key in _ONCE if not any(key in one for one in said))
    needed = _OF_MAINTENANCE.get(held.get("type", ""))
    if needed and needed not in held:
        yield f"maintenance/{needed}"


def _told(record: Record, page: str) -> dict[str, Any]:
    kind, licence = word(record, "solution_type"), word(record, "software_license")
    return {
        "publiccodeYmlVersion": VERSION,
        "name": record.title.partition(": ")[0],
        "url": group(record, "repository").get("url"),
        "landingURL": page,
        "platforms": _PLATFORMS.get(kind),
        "developmentStatus": "stable" if word(record, "productisation") in _STABLE else None,
        "softwareType": _TYPES.get(kind),
        "intendedAudience": {"countries": ["DE"], "scope": _scopes(record)},
        "description": _descriptions(record),
        "legal": {"license": licence} if _LICENCE.fullmatch(licence) else None,
        "maintenance": _maintenance(record),
    }


def _scopes(record: Record) -> list[str]:
    return ["local-authorities", *dict.fromkeys(_SCOPES[topic] for topic in record.topics if topic in _SCOPES)]


def _descriptions(record: Record) -> dict[str, Any]:
    said = {"shortDescription": _cut(record.summary, _SHORT)}
    section = record.section("description")
    long = "\n\n".join((record.summary, *([_without_marks(section.markdown)] if section else [])))
    features = [_cut(str(entry["text"]), _FEATURE) for entry in entries(record, "features")]
    whole = {**said, "longDescription": _cut(long, _LONG)} if len(long) >= _SHORT else said
    own = {**whole, "features": features} if features else whole
    others = {
        one.lang: {"localisedName": one.title.partition(": ")[0], "shortDescription": _cut(one.summary, _SHORT)}
        for one in record.translations
        if one.file is None and one.lang != record.lang
    }
    return {record.lang: own, **others}


def _maintenance(record: Record) -> Mapping[str, Any] | None:
    held = group(record, "maintainer")
    kind, until = str(held.get("type", UNKNOWN)), str(held.get("until", UNKNOWN))
    name = str((held.get("org") or {}).get("name", ""))
    if kind == UNKNOWN:
        return None
    # The standard asks for a day; a year or a month is none.
    contract = kind == "contract" and name and re.fullmatch(r"\d{4}-\d{2}-\d{2}", until)
    return {"type": kind, **({"contractors": [{"name": name, "until": until}]} if contract else {})}


def _without_marks(markdown: str) -> str:
    return re.sub(r"\s*\[\^[^\]]+\]", "", markdown).strip()


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
