"""Words the findings: what is wrong, and what to do about it."""

from dataclasses import dataclass

from app.records.checks.messages import MESSAGES
from app.records.problem import Problem
from app.records.schema import KindSchema
from app.shared.wording import N_, translator

_UNKNOWN_REMEDY = N_("Look it up in docs/content-format.md.")
_SEVERITIES = {"error": N_("Error"), "warning": N_("Note")}

SHAPES = {
    "": N_("Only the form %(pattern)s is allowed."),
    "date": N_("Write the date as YYYY-MM-DD, for example 2026-11-24."),
    "partialDate": N_("Write 2026, 2026-11 or 2026-11-24. If the date is not known, write unknown."),
    "url": N_("Write the full address, beginning with https:// and without spaces."),
    "slug": N_("Use lower-case letters a to z, digits and single hyphens only."),
    "sourceKey": N_("Use lower-case letters, digits and hyphens only, for example rechnungshof-2021."),
    "uuid": N_("Use a new UUID in lower case, for example from the program uuidgen."),
    "fileName": N_("Use lower-case letters, digits, hyphens and an ending, for example site-plan.png."),
}
TYPES = {
    "string": N_("a text"),
    "number": N_("a number without quotation marks"),
    "integer": N_("a whole number without quotation marks"),
    "boolean": N_("true or false"),
    "array": N_("a list"),
    "object": N_("a group of entries"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WordedProblem:
    """A finding in whole sentences: what is wrong, what to do about it, and its severity."""

    message: str
    remedy: str
    severity: str


def word(problem: Problem, lang: str) -> WordedProblem:
    """Return the finding in words; an unknown code is shown as it is."""
    say = translator(lang)
    message, remedy = MESSAGES.get(problem.code) or (problem.code, _UNKNOWN_REMEDY)
    params = dict(problem.params)
    if "shape" in params:
        params["shape"] = say(SHAPES.get(params["shape"], SHAPES[""]), **params)
    if "expected" in params:
        params["expected"] = say(TYPES.get(params["expected"], params["expected"]))
    return WordedProblem(
        message=say(message, **params),
        remedy=say(remedy, **params),
        severity=say(_SEVERITIES[problem.severity.value]),
    )


def describe_field(path: str, kind: KindSchema | None, lang: str) -> str:
    """Return a dotted path with the labels of the schema: "Lehren 1 › Empfehlung (lessons.0.recommendation)"."""
    if not path:
        return ""
    if path.startswith("body"):
        section = kind.section(path.partition(".")[2]) if kind else None
        return section.label(lang) if section else translator(lang).gettext("Text")
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
