"""Generated case studies of realistic size, with lessons and German compounds; the same for the same number."""

from __future__ import annotations

import random
import shutil
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.words import FIRST, SECOND, VERBS

ROOT = Path(__file__).resolve().parent.parent

TOPICS = ("mobility", "participation", "rural-services", "energy-climate", "data-platforms")
STATES = ("BW", "BY", "NW", "NI", "HE", "SN", "TH", "MV", "SH", "RP")


def compound(chance: random.Random) -> str:
    """Return a compound as administrations form them."""
    return chance.choice(FIRST) + chance.choice(SECOND)


def write_corpus(folder: Path, count: int, text: Callable[[int], str] | None = None) -> None:
    """Write `count` case studies and the vocabularies below `folder`; `text` is the file of each, by its number."""
    shutil.copytree(ROOT / "content" / "vocabulary", folder / "vocabulary")
    for number in range(count):
        record = folder / "case-studies" / f"muster-{number:05d}"
        record.mkdir(parents=True)
        (record / "index.md").write_text((text or case_study)(number), encoding="utf-8")


def case_study(number: int, *, title: str = "") -> str:
    """Return case study `number` as the text of its file, about 7 KB."""
    chance = random.Random(number)
    subject = compound(chance)
    return "\n".join(
        (
            *_head(number, title or f"Musterort {number}: {subject}", subject, chance),
            *_lessons(chance),
            *_foot(number),
            *_body(chance),
        )
    )


def _head(number: int, title: str, subject: str, chance: random.Random) -> Sequence[str]:
    year = chance.randrange(2016, 2024)
    return (
        "---",
        "schema: case-study/1",
        f"id: {uuid.uuid5(uuid.NAMESPACE_URL, f'https://muster.example/{number}')}",
        "kind: case-study",
        f'title: "{title}"',
        f'summary: "Musterort {number} hat {subject} und {compound(chance)} {chance.choice(VERBS)}."',
        "lang: de",
        f"topics: [{', '.join(chance.sample(TOPICS, 2))}]",
        f"keywords: [{', '.join(dict.fromkeys(compound(chance) for _ in range(5)))}]",
        "license: CC-BY-4.0",
        "compiled_by: editors",
        "last_confirmed: 2026-01-15",
        "review_by: 2099-01-15",
        "municipalities:",
        _place(number, chance),
        "goals:",
        f'  - {{text: "{compound(chance)} sollte für alle nutzbar werden.", sources: [bericht]}}',
        f"phase: {chance.choice(('operation', 'pilot', 'ended'))}",
        f"outcome: {chance.choice(('success', 'partial', 'too_early'))}",
        'outcome_note: {text: "So berichtet es die Gemeinde.", sources: [bericht]}',
        f"period: {{start: {year}-03, end: {year + 2}-10}}",
        "results:",
        f'  - {{statement: "{compound(chance)} wird genutzt.", date: "{year + 2}", sources: [bericht]}}',
        "evidence_level: 1",
    )


def _place(number: int, chance: random.Random) -> str:
    place = f'{{name: "Musterort {number}", state: {chance.choice(STATES)}, kind: municipality, role: lead'
    return (
        f"  - {place}, population: {chance.randrange(900, 400_000)}, population_as_of: 2024-12-31, sources: [bericht]}}"
    )


def _lessons(chance: random.Random) -> Sequence[str]:
    lines = ["lessons:"]
    for number in range(1, 5):
        lines += (
            f"  - id: lehre-{number}",
            f"    kind: {chance.choice(('worked', 'did_not_work', 'surprise', 'would_do_differently'))}",
            "    phase: operation",
            f"    topic: {chance.choice(('leadership', 'finance', 'people', 'communication'))}",
            f'    statement: "{_sentence(chance)}"',
            f'    because: "{_sentence(chance)} {_sentence(chance)}"',
            f'    recommendation: "Planen Sie {compound(chance)} früh ein."',
            "    sources: [bericht]",
        )
    return lines


def _foot(number: int) -> Sequence[str]:
    return (
        "sources:",
        "  - key: bericht",
        '    title: "Abschlussbericht"',
        f'    publisher: "Musterort {number}"',
        f'    url: "https://muster-{number}.example/bericht"',
        "    date: 2025-06-01",
        "    self_reported: true",
        "---",
    )


def _body(chance: random.Random) -> Sequence[str]:
    lines = []
    for section in ("problem", "approach", "results"):
        lines.append(f"## {compound(chance)} {{#{section}}}\n")
        lines += [f"{' '.join(_sentence(chance) for _ in range(6))} [^bericht]\n" for _ in range(3)]
    return lines


def _sentence(chance: random.Random) -> str:
    return (
        f"Die {compound(chance)} wurde mit der {compound(chance)} {chance.choice(VERBS)}, "
        f"weil die {compound(chance)} in den Ortsteilen fehlte."
    )
