"""Record files as text: a concept, a case study and the withdrawal of either. What they say is made up."""

import uuid

_CONCEPT = """\
---
# Ein Kommentar, der bleiben soll.
schema: concept/1
id: {id}
kind: concept
title: "{title}"
summary: "Ein Beispiel für Prüfungen, das zeigt, dass eine Einführung in kleinen Schritten gelingt."
lang: de
topics: [mobility]
license: CC-BY-4.0
compiled_by: editors
last_confirmed: 2026-03-01
review_by: {review_by}
concept_kind: checklist
purpose: "Zeigt, dass etwas geht."
use_when: ["Am Anfang eines Vorhabens"]
avoid_when: ["Kurz vor dem Ende eines Vorhabens"]
steps:
  - {{title: "Anfangen", text: "Fangen Sie mit einem Stadtteil an."}}
legal_scope: [DE]
maintainer: {maintainer}
evidence_level: 0
lessons:
  - id: klein-anfangen
    kind: worked
    phase: concept
    topic: leadership
    statement: "Klein anfangen hilft."
    recommendation: "Fangen Sie klein an."
    sources: [quelle]
sources:
  - key: quelle
    title: "Quelle"
    publisher: "Musterstadt"
    url: "https://musterstadt.example/"
    date: 2026-02-01
    self_reported: true
---
## Worum es geht {{#background}}

{text} [^quelle]

## Was dazu belegt ist {{#findings}}

Wenig. [^quelle]
"""

_CASE_STUDY = """\
---
schema: case-study/1
id: {id}
kind: case-study
title: "{title}"
summary: "Wie Musterstadt ein Vorhaben umgesetzt hat."
lang: de
topics: [mobility]
keywords: [Kleinbus]
license: CC-BY-4.0
compiled_by: editors
last_confirmed: 2026-03-01
review_by: 2099-03-01
municipalities:
  - {{name: Musterstadt, state: HE, kind: town, role: lead, population: 9000}}
goals:
  - {{text: "Menschen ohne Auto sollen mobil sein.", sources: [quelle]}}
phase: ended
outcome: stopped
stop_reason: [budget]
outcome_note: {{text: "Der Betrieb war zu teuer.", sources: [quelle]}}
period: {{start: 2019-03, end: 2023-10}}
results:
  - {{statement: "Ein Ergebnis.", date: 2023-10, sources: [quelle]}}
evidence_level: 1
lessons:
  - id: betrieb-sichern
    kind: did_not_work
    phase: ended
    topic: finance
    statement: "Ohne gesicherten Betrieb endet das Angebot mit der Förderung."
    because: "Der Kreis hatte keine Mittel eingeplant."
    recommendation: "Klären Sie die Finanzierung vor dem Start."
    sources: [quelle]
sources:
  - key: quelle
    title: "Fremdwort im Titel der Quelle"
    publisher: "Musterstadt"
    url: "https://musterstadt.example/quellenadresse"
    date: 2026-02-01
    self_reported: true
---
## Ausgangslage {{#problem}}

{text} [^quelle]

## Vorgehen {{#approach}}

Es wurde begonnen, siehe [die Seite](https://musterstadt.example/linkziel). [^quelle]

## Was kam heraus {{#results}}

Es wurde beendet. [^quelle]
"""


def record_id(slug: str) -> str:
    """Return the identifier of the example with this slug."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, slug))


def concept(
    slug: str,
    text: str = "Erste Fassung.",
    title: str = "Beispiel",
    *,
    id: str = "",  # noqa: A002 - named like the field
    review_by: str = "2027-03-01",
    maintainer: str = '{name: "Musterstadt"}',
) -> bytes:
    """Return a concept; `maintainer` is YAML."""
    values = {"id": id or record_id(slug), "review_by": review_by, "maintainer": maintainer}
    return _CONCEPT.format(title=title, text=text, **values).encode()


def case_study(slug: str, title: str, text: str = "Ein Problem.") -> bytes:
    """Return a case study that was stopped."""
    return _CASE_STUDY.format(id=record_id(slug), title=title, text=text).encode()


def withdrawn(kind: str, id: str, reason: str = "error", title: str = "") -> bytes:  # noqa: A002 - named like the field
    """Return what stands in place of a withdrawn record."""
    said = f'title: "{title}"\n' if title else ""
    return f"---\nschema: withdrawn/1\nid: {id}\nkind: {kind}\n{said}reason: {reason}\n---\n".encode()
