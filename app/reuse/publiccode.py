"""publiccode.yml: writes the file that describes a solution, and reads a repository's file into a draft."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import yaml

from app.records.document import FrontMatterError, decode, load_yaml
from app.records.json_value import JsonValue
from app.records.record import Record
from app.reuse.front_matter import UNKNOWN, entries, group, word

VERSION = "0.5.0"
REQUIRED = (
    *("publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description"),
    *("legal", "maintenance", "localisation"),
)
"""Keys that the standard requires."""
_ONCE = ("longDescription", "features")
_OF_MAINTENANCE = {"contract": "contractors", "internal": "contacts", "community": "contacts"}
"""Keys that the standard requires by kind of maintenance.

Contacts have to be persons, and records do not name persons.
"""
_LICENCE = re.compile(r"[A-Z0-9][A-Za-z0-9.+-]*(?: (?:OR|AND|WITH) [A-Z0-9][A-Za-z0-9.+-]*)*")
"""Matches a text that can be an SPDX expression; records also describe licences in words."""
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
"""Maximum characters of a text in the standard."""


def publiccode(record: Record, page: str, version: str) -> str:
    """Return the file for a solution; `page` is the address of its page, `version` that of the version described."""
    found = {key: value for key, value in _told(record, page).items() if value}
    missing = [*(key for key in REQUIRED if key not in found), *_inside(found)]
    lines = [f"# From {version}"]
    if missing:
        lines.append(f"# Not known there, so left out although the standard asks for it: {', '.join(missing)}")
    return "\n".join([*lines, "", yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=120)])


def _inside(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the required keys that are missing inside the objects that are present."""
    said, held = found["description"].values(), found.get("maintenance") or {}
    yield from (f"description/{key}" for key in _ONCE if not any(key in one for one in said))
    needed = _OF_MAINTENANCE.get(held.get("type", ""))
    if needed and needed not in held:
        yield f"maintenance/{needed}"


def _told(record: Record, page: str) -> dict[str, Any]:
    kind, licence = word(record, "solution_type"), word(record, "software_license")
    scopes = ["local-authorities", *dict.fromkeys(_SCOPES[topic] for topic in record.topics if topic in _SCOPES)]
    return {
        "publiccodeYmlVersion": VERSION,
        "name": record.title.partition(": ")[0],
        "url": group(record, "repository").get("url"),
        "landingURL": page,
        "platforms": _PLATFORMS.get(kind),
        "developmentStatus": "stable" if word(record, "productisation") in _STABLE else None,
        "softwareType": _TYPES.get(kind),
        "intendedAudience": {"countries": ["DE"], "scope": scopes},
        "description": _descriptions(record),
        "legal": {"license": licence} if _LICENCE.fullmatch(licence) else None,
        "maintenance": _maintenance(record),
    }


def _descriptions(record: Record) -> dict[str, Any]:
    said = {"shortDescription": _cut(record.summary, _SHORT)}
    section = record.section("description")
    # Without footnote marks.
    text = [re.sub(r"\s*\[\^[^\]]+\]", "", section.markdown).strip()] if section else []
    long = "\n\n".join((record.summary, *text))
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
    # The standard requires a full date; a year or a month is not enough.
    contract = kind == "contract" and name and re.fullmatch(r"\d{4}-\d{2}-\d{2}", until)
    return {"type": kind, **({"contractors": [{"name": name, "until": until}]} if contract else {})}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


MAX_FILE_BYTES = 256 * 1024
"""Real files have a few thousand bytes."""
SOURCE = "publiccode"
_URL = re.compile(r"https?://[^\s<>\"]{1,590}")
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_MAX_TITLE, _MAX_SUMMARY, _MAX_FEATURE, _MAX_NAME, _MAX_LICENCE = 100, 280, 250, 160, 120
"""Maximum characters of a field of a record."""
_MAX_FEATURES = 20
_APPS = frozenset({"standalone/mobile"})
_MAINTAINED = frozenset({"internal", "contract", "community", "none"})


class NotTaken(StrEnum):
    """Why a value was left out."""

    NO_FIELD = "no_field"
    PERSON = "person"
    OTHERS = "others"
    UNFIT = "unfit"


_REASONS = {
    "contacts": NotTaken.PERSON,
    "usedBy": NotTaken.OTHERS,
    "organisation": NotTaken.OTHERS,
    "mainCopyrightOwner": NotTaken.OTHERS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`front` and `sections` start a draft; `taken` maps keys of the file to fields, `left` maps keys to the reason."""

    front: Mapping[str, JsonValue]
    sections: Mapping[str, str]
    taken: Sequence[tuple[str, str]]
    left: Sequence[tuple[str, NotTaken]]


def read(raw: bytes) -> Reading:
    """Return a file's contribution to a draft. Raises FrontMatterError: not strict YAML, or no publiccode.yml."""
    text = decode(raw)
    yaml = text.lstrip().removeprefix("---\n")
    found, _lines = load_yaml(yaml, 1 + text.removesuffix(yaml).count("\n"))
    if "publiccodeYmlVersion" not in found:
        raise FrontMatterError("not_a_mapping")
    return _Reader(found).reading()


class _Reader:
    def __init__(self, found: Mapping[str, Any]) -> None:
        self._found = found
        self._front: dict[str, Any] = {}
        self._sections: dict[str, str] = {}
        self._taken: dict[str, str] = {"publiccodeYmlVersion": ""}

    def reading(self) -> Reading:
        self._names()
        self._descriptions()
        self._upkeep()
        if self._front:
            self._front["sources"] = [self._source()]
        left = [
            (path, self._reason(path))
            for path in _paths(self._found)
            if path not in self._taken and path != "organisation.name"
        ]
        taken = [(path, field) for path, field in self._taken.items() if field]
        return Reading(front=self._front, sections=self._sections, taken=taken, left=left)

    def _names(self) -> None:
        self._take("name", "title", _text(self._found.get("name"), _MAX_TITLE))
        url = _text(self._found.get("url"), 600)
        self._take("url", "repository", {"url": url, "sources": [SOURCE]} if _URL.fullmatch(url) else None)
        licence = _text(_inner(self._found, "legal").get("license"), _MAX_LICENCE)
        self._take("legal.license", "software_license", licence)
        kind = _text(self._found.get("softwareType"), _MAX_NAME)
        self._take("softwareType", "solution_type", ("app" if kind in _APPS else "software") if kind else None)
        landing = _text(self._found.get("landingURL"), 600)
        links = [{"title": _text(self._found.get("name"), _MAX_NAME) or landing[:_MAX_NAME], "url": landing}]
        self._take("landingURL", "links", links if _URL.fullmatch(landing) else None)

    def _descriptions(self) -> None:
        described = _inner(self._found, "description")
        lang = next((one for one in ("de", "en") if isinstance(described.get(one), Mapping)), "")
        told, path = _inner(described, lang), f"description.{lang}"
        if not told:
            return
        self._take(f"{path}.shortDescription", "summary", _text(told.get("shortDescription"), _MAX_SUMMARY))
        features = [_text(one, _MAX_FEATURE) for one in _list(told, "features")]
        rows = [{"text": one, "sources": [SOURCE]} for one in features[:_MAX_FEATURES] if one]
        self._take(f"{path}.features", "features", rows)
        long = told.get("longDescription")
        if isinstance(long, str) and long.strip():
            self._sections["description"] = f"{long.strip()} [^{SOURCE}]"
            self._taken[f"{path}.longDescription"] = "body.description"

    def _upkeep(self) -> None:
        held = _inner(self._found, "maintenance")
        kind = _text(held.get("type"), _MAX_NAME)
        if kind not in _MAINTAINED:
            return
        first = next((one for one in _list(held, "contractors") if isinstance(one, Mapping)), {})
        name, until = _text(first.get("name"), _MAX_NAME), str(first.get("until") or "")
        value: dict[str, Any] = {
            "type": kind,
            "until": until if _DAY.fullmatch(until) else "unknown",
            "sources": [SOURCE],
        }
        self._take("maintenance.type", "maintainer", {**value, **({"org": {"name": name}} if name else {})})
        if name:
            self._taken["maintenance.contractors"] = "maintainer"

    def _source(self) -> dict[str, Any]:
        url = _text(self._found.get("url"), 600)
        publisher = _text(_inner(self._found, "organisation").get("name"), _MAX_NAME) or urlsplit(url).hostname or ""
        return {
            "key": SOURCE,
            "title": f"publiccode.yml: {_text(self._found.get('name'), _MAX_TITLE)}",
            "publisher": publisher,
            "self_reported": True,
            **({"url": url} if _URL.fullmatch(url) else {}),
        }

    def _take(self, path: str, field: str, value: object) -> None:
        if value:
            self._front[field] = value
            self._taken[path] = field

    def _reason(self, path: str) -> NotTaken:
        parts = path.split(".")
        named = next((_REASONS[part] for part in parts if part in _REASONS), None)
        return named or (NotTaken.UNFIT if path in ("url", "name", "landingURL") else NotTaken.NO_FIELD)


def _paths(found: Mapping[str, Any], before: str = "") -> list[str]:
    """Return the dotted path of every entry; a list counts as one entry."""
    paths: list[str] = []
    for key, value in found.items():
        path = f"{before}{key}"
        paths += _paths(value, f"{path}.") if isinstance(value, Mapping) else [path]
    return paths


def _inner(found: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = found.get(key)
    return value if isinstance(value, Mapping) else {}


def _list(found: Mapping[str, Any], key: str) -> list[Any]:
    value = found.get(key)
    return value if isinstance(value, list) else []


def _text(value: object, limit: int) -> str:
    words = " ".join(value.split()) if isinstance(value, str) else ""
    return words if len(words) <= limit else f"{words[: limit - 1].rstrip()}…"
