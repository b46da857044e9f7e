"""Responses and corrections that a node publishes, written by whoever can write into its repository."""

import json
import uuid

RESPONSE = """\
---
schema: response/1
id: {id}
kind: response
title: "{place} nutzt nach"
summary: "{note}"
lang: de
topics: [mobility]
license: CC-BY-4.0
compiled_by: municipality
last_confirmed: 2026-11-24
review_by: 2027-11-24
target: {target}
version: sha256:{version}
{lesson}relation: {relation}
place: {{name: "{place}", state: HE{ars}, sources: [auskunft]}}
note: "{note}"
sources:
  - {{key: auskunft, title: "Auskunft", publisher: "{place}", date: 2026-11-24, self_reported: true}}
---
"""


def response(
    target: str, place: str, *, ars: str = "", lesson: str = "", relation: str = "reuses", note: str = "Bei uns auch."
) -> dict[str, bytes | None]:
    """Return the file of a response, to be published."""
    response_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{target} {place} {ars} {lesson}"))
    text = RESPONSE.format(
        id=response_id,
        place=place,
        note=note,
        target=target,
        version="0" * 64,
        relation=relation,
        ars=f', ars: "{ars}"' if ars else "",
        lesson=f"lesson: {lesson}\n" if lesson else "",
    )
    return {f"responses/r-{response_id[:12]}/index.md": text.encode()}


CORRECTION = """\
---
schema: correction/1
id: {id}
kind: correction
title: "Korrektur"
summary: "Neu."
lang: de
topics: [safety]
license: CC-BY-4.0
compiled_by: editors
last_confirmed: 2026-11-24
review_by: 2027-11-24
{lines}sources:
  - {{key: hinweis, title: "Hinweis", publisher: "B", date: 2026-11-24, self_reported: true}}
---
"""


def correction_id(number: int) -> str:
    return f"40000000-0000-4000-8000-{number:012d}"


def correction(number: int, target: str, **changed: str) -> dict[str, bytes | None]:
    """Return the file of a correction, to be published."""
    front = {"target": target, "version": f"sha256:{'0' * 64}", "field": "summary", "text": "Neu.", "reason": "Weil."}
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in {**front, **changed}.items() if value)
    text = CORRECTION.format(id=correction_id(number), lines=lines)
    return {f"corrections/k-{number}/index.md": text.encode()}
