"""What a repository's publiccode.yml gives to a record about the solution, and what is left for its author."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from app.records.document import FrontMatterError, decode, load_yaml
from app.records.json_value import JsonValue

LARGEST = 256 * 1024
"""Bytes of a file; real ones have a few thousand."""
SOURCE = "publiccode"
_URL = re.compile(r"https?://[^\s<>\"]{1,590}")
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_TITLE, _SUMMARY, _FEATURE, _NAME, _LICENCE, _FEATURES = 100, 280, 250, 160, 120, 20
_APPS = frozenset({"standalone/mobile"})
_MAINTAINED = frozenset({"internal", "contract", "community", "none"})


class NotTaken(StrEnum):
    """Why something was left out."""

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
    """`front` and `sections` begin a draft; `taken` pairs keys of the file with fields, `left` keys with the reason."""

    front: Mapping[str, JsonValue]
    sections: Mapping[str, str]
    taken: Sequence[tuple[str, str]]
    left: Sequence[tuple[str, NotTaken]]


def read(raw: bytes) -> Reading:
    """Return what a file gives.

    Raises FrontMatterError: the text is no YAML of the strict sort, or no publiccode.yml.
    """
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
        left = [(path, self._reason(path)) for path in _paths(self._found) if not self._is_taken(path)]
        taken = [(path, field) for path, field in self._taken.items() if field]
        return Reading(front=self._front, sections=self._sections, taken=taken, left=left)

    def _names(self) -> None:
        self._take("name", "title", _text(self._found.get("name"), _TITLE))
        url = _text(self._found.get("url"), 600)
        self._take("url", "repository", {"url": url, "sources": [SOURCE]} if _URL.fullmatch(url) else None)
        licence = _text(_inner(self._found, "legal").get("license"), _LICENCE)
        self._take("legal.license", "software_license", licence)
        kind = _text(self._found.get("softwareType"), _NAME)
        self._take("softwareType", "solution_type", ("app" if kind in _APPS else "software") if kind else None)
        landing = _text(self._found.get("landingURL"), 600)
        links = [{"title": _text(self._found.get("name"), _NAME) or landing[:_NAME], "url": landing}]
        self._take("landingURL", "links", links if _URL.fullmatch(landing) else None)

    def _descriptions(self) -> None:
        described = _inner(self._found, "description")
        lang = next((one for one in ("de", "en") if isinstance(described.get(one), Mapping)), "")
        told, path = _inner(described, lang), f"description.{lang}"
        if not told:
            return
        self._take(f"{path}.shortDescription", "summary", _text(told.get("shortDescription"), _SUMMARY))
        features = [_text(one, _FEATURE) for one in _list(told, "features")]
        rows = [{"text": one, "sources": [SOURCE]} for one in features[:_FEATURES] if one]
        self._take(f"{path}.features", "features", rows)
        long = told.get("longDescription")
        if isinstance(long, str) and long.strip():
            self._sections["description"] = f"{long.strip()} [^{SOURCE}]"
            self._taken[f"{path}.longDescription"] = "body.description"

    def _upkeep(self) -> None:
        held = _inner(self._found, "maintenance")
        kind = _text(held.get("type"), _NAME)
        if kind not in _MAINTAINED:
            return
        first = next((one for one in _list(held, "contractors") if isinstance(one, Mapping)), {})
        name, until = _text(first.get("name"), _NAME), str(first.get("until") or "")
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
        publisher = _text(_inner(self._found, "organisation").get("name"), _NAME) or urlsplit(url).hostname or ""
        return {
            "key": SOURCE,
            "title": f"publiccode.yml: {_text(self._found.get('name'), _TITLE)}",
            "publisher": publisher,
            "self_reported": True,
            **({"url": url} if _URL.fullmatch(url) else {}),
        }

    def _take(self, path: str, field: str, value: object) -> None:
        if value:
            self._front[field] = value
            self._taken[path] = field

    def _is_taken(self, path: str) -> bool:
        return path in self._taken or path == "organisation.name"

    def _reason(self, path: str) -> NotTaken:
        parts = path.split(".")
        named = next((_REASONS[part] for part in parts if part in _REASONS), None)
        return named or (NotTaken.UNFIT if path in ("url", "name", "landingURL") else NotTaken.NO_FIELD)


def _paths(found: Mapping[str, Any], before: str = "") -> list[str]:
    """Return the dotted path of every entry; lists count as one."""
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
