"""A small sound record to bend into every shape that a test needs."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.records.checks.rules import single_problems
from app.records.checks.sound_record import SoundRecord, SoundRecordReader
from app.records.problem import InvalidRecord, Problem
from app.records.record import Record
from app.records.record_reader import RecordReader
from app.records.schema import SchemaSet

ROOT = Path(__file__).parents[3]
PATH = "case-studies/musterstadt-rufbus"

FRONT: dict[str, Any] = {
    "schema": "case-study/1",
    "id": "3d1f0a52-6f6c-4d8e-9d37-0b1c2d3e4f50",
    "kind": "case-study",
    "title": "Probebach: Rufbus",
    "summary": "Probebach erprobte einen Rufbus. Er fährt weiter.",
    "lang": "de",
    "topics": ["mobility"],
    "license": "CC-BY-4.0",
    "compiled_by": "editors",
    "last_confirmed": "2026-11-24",
    "review_by": "2027-11-24",
    "municipalities": [{"name": "Probebach", "state": "BW", "kind": "town", "role": "lead"}],
    "goals": [{"text": "Orte ohne Bus anbinden.", "sources": ["bericht"]}],
    "phase": "operation",
    "outcome": "success",
    "outcome_note": {"text": "Der Bus fährt seit 2020 ohne Pause.", "sources": ["bericht"]},
    "period": {"start": "2019-09"},
    "results": [
        {
            "statement": "Im Jahr 2021 fuhren 5.000 Fahrgäste mit.", "indicator": "Fahrgäste", "value": 5000,
            "unit": "Fahrgäste", "date": "2021", "sources": ["bericht"],
        }
    ],
    "evidence_level": 1,
    "lessons": [
        {
            "id": "klein-anfangen",
            "kind": "worked",
            "phase": "pilot",
            "topic": "operation",
            "statement": "Ein kleines Gebiet zeigt schnell, ob der Fahrplan trägt.",
            "recommendation": "Beginnen Sie mit einem Ortsteil.",
            "sources": ["bericht"],
        }
    ],
    "sources": [{"key": "bericht", "title": "Bericht", "publisher": "Amt", "date": "2022", "self_reported": True}],
}  # fmt: skip

BODY = """\
## Ausgangslage {#problem}

Drei Orte hatten keinen Bus.[^bericht]

## Vorgehen {#approach}

- **2019:** Der Rat beschloss den Versuch.[^bericht]
- **2020:** Der Bus fuhr los.[^bericht]

## Was kam heraus {#results}

Die Menschen nahmen den Bus an.[^bericht]
"""


@cache
def schemas() -> SchemaSet:
    """Return the schemas of this repository."""
    return SchemaSet.load(ROOT / "schemas")


def front(**changes: Any) -> dict[str, Any]:
    """Return the front matter with some fields replaced; None removes a field."""
    merged = {**deepcopy(FRONT), **changes}
    return {key: value for key, value in merged.items() if value is not None}


def text(body: str = BODY, **changes: Any) -> str:
    """Return the file; JSON is YAML, so each field is one line of JSON."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front(**changes).items()]
    return "---\n" + "\n".join(lines) + f"\n---\n{body}"


def record(body: str = BODY, slug: str = "musterstadt-rufbus", **changes: Any) -> Record:
    """Return the record that the file holds."""
    return RecordReader(schemas()).read(f"case-studies/{slug}", text(body, **changes))


def problems(
    text: bytes | str,
    files: Mapping[str, int] | None = None,
    read: Callable[[str], bytes] = lambda _name: b"",
    *,
    path: str = PATH,
) -> list[Problem]:
    """Return what is wrong with a record, other records left aside; `files` gives the size of each file beside it."""
    try:
        found = SoundRecordReader(schemas(), date(2026, 11, 24)).read(path, text, files or {}, read)
    except InvalidRecord as error:
        return list(error.problems)
    return sorted(single_problems(found), key=lambda one: one.order) if isinstance(found, SoundRecord) else []
