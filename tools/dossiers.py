"""Compare the figures of each record with the researched facts it was written from.

The dossiers lie beside the repository (`../shared/dossiers`) and are not part of it. A figure of a
record is a triple of number, unit and sources. It agrees when a fact of a dossier has the same
number, no different unit, and at least one source in common.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tools.figures import Figure, figures, spelled

ROOT = Path(__file__).resolve().parents[1]
DOSSIERS = ROOT.parent / "shared" / "dossiers"
ALLOWED = Path(__file__).with_name("figures_allowed.yaml")
FACT_LISTS = (
    "starting_point", "goals", "approach", "results", "lessons", "reuse", "open_questions", "costs", "status_today",
)  # fmt: skip
HEAD_FIELDS = ("municipality", "period", "funding", "partners", "title", "confidence", "obtain", "contact")
OTHER_NAMES = {"hamburg-masterportal-loesung": "hamburg-masterportal-udp"}
UNIT_OF_FIELD = {"amount": "Euro", "amount_to": "Euro", "share": "Prozent", "population": "Einwohner"}
SourceName = tuple[str, str]
_FOOTNOTE = re.compile(r"\[\^([a-z0-9-]+)\]")


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure with the sources that carry it and the words around it."""

    figure: Figure
    sources: frozenset[SourceName]
    text: str


@dataclass(slots=True)
class Comparison:
    """What the comparison of one record found."""

    slug: str
    checked: int = 0
    unsupported: list[Claim] = field(default_factory=list)
    result_figures: int = 0
    unused: list[Claim] = field(default_factory=list)

    @property
    def used_share(self) -> float:
        """Share of the dossier's result figures that the record states; 1.0 where it has none."""
        return 1 - len(self.unused) / self.result_figures if self.result_figures else 1.0


def _name(source: Mapping[str, Any]) -> SourceName:
    return (str(source.get("title", "")).strip(), str(source.get("publisher", "")).strip())


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _text_of(fact: Mapping[str, Any]) -> str:
    if "fact" in fact:
        return f"{fact['fact']} {fact.get('as_of', '')}"
    return f"{fact.get('amount_eur', fact.get('amount_chf'))} Euro: {fact['what']}"


def dossier_claims(dossier: Mapping[str, Any], lists: tuple[str, ...] = FACT_LISTS) -> Iterator[Claim]:
    """Every figure of a dossier's facts, spelled-out ones included."""
    names = {number: _name(source) for number, source in dossier["sources"].items()}
    every = frozenset(names.values())
    for key in lists:
        found = dossier.get(key) or ()
        for fact in found if isinstance(found, list) else [found] if found else ():
            text = _text_of(fact) if isinstance(fact, dict) else str(fact)
            sources = frozenset(names[n] for n in _as_tuple(fact["source"])) if isinstance(fact, dict) else every
            for figure in (*figures(text), *spelled(text)):
                yield Claim(figure, sources, text)
    if lists == FACT_LISTS:
        head = {key: dossier.get(key) for key in HEAD_FIELDS}
        text = yaml.safe_dump(head, allow_unicode=True).replace("_eur", " ")
        for figure in (*figures(_years_only(text)), *spelled(text)):
            yield Claim(figure, every, "head of the dossier")
        for number, source in dossier["sources"].items():
            for figure in figures(_years_only(f"{source.get('date', '')} {source['title']}")):
                yield Claim(figure, frozenset({names[number]}), f"date or title of source {number}")


def _years_only(text: str) -> str:
    return re.sub(r"(\d{4})-\d\d(-\d\d)?", r"\1", text)


def record_claims(front: Mapping[str, Any], body: str) -> Iterator[Claim]:
    """Every figure of a record that names sources: structured items and body text."""
    names = {source["key"]: _name(source) for source in front["sources"]}
    for item in _sourced_items({key: value for key, value in front.items() if key != "sources"}):
        sources = frozenset(names[key] for key in item["sources"] if key in names)
        for text in _item_texts(item):
            for figure in figures(text):
                yield Claim(figure, sources, text)
    prose = re.sub(r"^#.*$", "", body, flags=re.MULTILINE)
    for block in re.split(r"\n\s*\n|\n(?=[-*] |\d+\. )", prose):
        keys = [key for key in _FOOTNOTE.findall(block) if key in names]
        text = re.sub(r"^\s*\d+\.\s", "", _FOOTNOTE.sub("", block))
        for figure in figures(re.sub(r"\(https?://\S+\)", "", text)):
            yield Claim(figure, frozenset(names[key] for key in keys), text.strip())


def _sourced_items(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        if value.get("sources"):
            yield value
        for inner in value.values():
            yield from _sourced_items(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _sourced_items(inner)


def _item_texts(item: Mapping[str, Any]) -> Iterator[str]:
    unit = str(item.get("unit", ""))
    for key, value in item.items():
        if key in {"sources", "id", "url", "ars", "evidence_level", "ref", "phase", "last_checked"}:
            continue
        if isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            yield f"{value:.10g} {UNIT_OF_FIELD.get(key, unit)}".replace(".", ",")
        elif isinstance(value, str):
            yield _years_only(value)


def read_record(path: Path) -> tuple[dict[str, Any], str]:
    """Front matter and body of a record file; dates stay text."""
    _, head, body = path.read_text("utf-8").split("---\n", 2)
    return yaml.load(head, _TextDates), body


class _TextDates(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads dates as text, as the program does."""


_TextDates.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in rules if not tag.endswith(":timestamp")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def compare(
    path: Path, dossiers: Mapping[str, Mapping[str, Any]], known: Mapping[SourceName, Sequence[Claim]]
) -> Comparison:
    """Compare one record with its dossier, and with what is `known` from each source of all dossiers."""
    front, body = read_record(path)
    slug = path.parent.name
    own = dossiers.get(OTHER_NAMES.get(slug, slug.removesuffix("-loesung")))
    allowed = {str(text) for text in (yaml.safe_load(ALLOWED.read_text("utf-8")) or {}).get(slug, {})}
    result = Comparison(slug)
    stated = list(record_claims(front, body))
    for claim in stated:
        result.checked += 1
        carried = any(claim.figure.agrees(k.figure) for source in claim.sources for k in known.get(source, ()))
        if not carried and not any(text in claim.text for text in allowed):
            result.unsupported.append(claim)
    if own and front["kind"] == "case-study":
        wanted = {
            c.figure: c for c in dossier_claims(own, ("results",)) if c.figure.unit != "year" and c.figure.number > 12
        }
        said = [*stated, *(Claim(f, frozenset(), "") for f in spelled(body))]
        result.result_figures = len(wanted)
        result.unused = [c for f, c in wanted.items() if not any(f.agrees(s.figure) for s in said)]
    return result


def compare_all() -> list[Comparison]:
    """Compare every record of `content/`; an empty list where the dossiers are absent."""
    dossiers = {p.stem: yaml.load(p.read_text("utf-8"), _TextDates) for p in sorted(DOSSIERS.glob("*.yaml"))}
    known: dict[SourceName, list[Claim]] = defaultdict(list)
    for dossier in dossiers.values():
        for claim in dossier_claims(dossier):
            for source in claim.sources:
                known[source].append(claim)
    records = sorted(ROOT.glob("content/*/*/index.md"))
    return [compare(path, dossiers, known) for path in records] if dossiers else []
