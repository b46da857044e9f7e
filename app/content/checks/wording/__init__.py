# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one place where findings are put into words, in German and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.content.checks.wording import (
    attachments,
    body,
    facts,
    fields,
    file,
    identity,
    refused_files,
    sources,
    vocabulary,
)
from app.content.checks.wording.texts import BODY, COUNTED, NO_REMEDY, SEVERITIES, SHAPES, TYPES, Texts
from app.content.problem import Problem
from app.content.schema import KindSchema

TEXTS: Texts = {
    **file.TEXTS,
    **fields.TEXTS,
    **body.TEXTS,
    **sources.TEXTS,
    **attachments.TEXTS,
    **refused_files.TEXTS,
    **facts.TEXTS,
    **identity.TEXTS,
    **vocabulary.TEXTS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WordedProblem:
    """What is wrong, what to do about it, and how much it matters, as whole sentences."""

    message: str
    remedy: str
    severity: str


class _Params(dict[str, str]):
    """Shows a dash where a parameter is missing, so that a report never fails on its wording."""

    def __missing__(self, key: str) -> str:
        return "–"


def word(problem: Problem, lang: str) -> WordedProblem:
    """Return the finding in words; an unknown code stands for itself."""
    spoken = _spoken(lang)
    message, remedy = TEXTS[problem.code][spoken] if problem.code in TEXTS else (problem.code, NO_REMEDY[spoken])
    params = _Params(_readable(problem.params, spoken))
    severity = SEVERITIES[spoken][problem.severity.value]
    return WordedProblem(message=message.format_map(params), remedy=remedy.format_map(params), severity=severity)


def describe_field(path: str, kind: KindSchema | None, lang: str) -> str:
    """Return a dotted path with the labels of the schema: "Lehren 1 › Empfehlung (lessons.0.recommendation)"."""
    if not path:
        return ""
    if path.startswith("body"):
        section = kind.section(path.partition(".")[2]) if kind else None
        return section.label(lang) if section else BODY[_spoken(lang)]
    labels: list[str] = []
    parts = path.split(".")
    for index, part in enumerate(parts):
        if part.isdigit():
            labels[-1:] = [f"{labels[-1]} {int(part) + 1}"] if labels else []
            continue
        spec = kind.field(".".join(parts[: index + 1])) if kind else None
        labels.append(spec.label(lang) if spec else part)
    words = " › ".join(labels)
    return words if words == path else f"{words} ({path})"


def counted(records: int, errors: int, warnings: int, lang: str) -> str:
    """Return the last line of a report."""
    return COUNTED[_spoken(lang)].format(records=records, errors=errors, warnings=warnings)


def _spoken(lang: str) -> str:
    return "de" if lang.partition("-")[0] == "de" else "en"


def _readable(params: Mapping[str, str], lang: str) -> dict[str, str]:
    known = dict(params)
    if "shape" in known:
        shapes = SHAPES[lang]
        known["shape"] = shapes.get(known["shape"], "") if known["shape"] else ""
        known["shape"] = known["shape"] or shapes[""].format_map(_Params(known))
    if "expected" in known:
        known["expected"] = TYPES[lang].get(known["expected"], known["expected"])
    return known
