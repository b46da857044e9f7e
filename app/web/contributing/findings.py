# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Problems of a text as sentences at the fields of the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.content.checks import word
from app.content.checks.wording import describe_field
from app.content.problem import Problem, Severity
from app.content.schema import KindSchema
from app.web.contributing.form.controls import Control, control_id
from app.web.contributing.form.steps import step_of
from app.web.shell.language import current_language
from app.web.shell.wording import _

MISSING = frozenset({"required", "section_missing", "too_few_items", "section_empty", "claim_without_source"})
"""What is not there yet: no mistake as long as somebody is still writing."""

UNSEEN = frozenset({"file_missing", "file_empty", "file_not_listed", "file_content", "file_too_large", "source_unused"})
"""What a look at the text alone cannot tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFinding:
    """A problem at its field: `name` is the value's path, `step` where it is entered ("" where it is not)."""

    name: str
    label: str
    text: str
    step: str
    code: str
    is_error: bool

    @property
    def anchor(self) -> str:
        """Return the id of the field's element."""
        return control_id(self.name)


def findings(problems: Iterable[Problem], kind: KindSchema) -> tuple[FieldFinding, ...]:
    """Return problems in the reader's words, each once."""
    found = (_finding(problem, kind) for problem in problems)
    return tuple(dict.fromkeys(found))


def placed(found: Iterable[FieldFinding], controls: Sequence[Control]) -> tuple[FieldFinding, ...]:
    """Return the findings with the name of the control that shows them: the field itself, or what holds it."""
    names = set(_names(controls))
    return tuple(replace(item, name=_holder(item.name, names) or item.name) for item in found)


def _names(controls: Iterable[Control]) -> Iterable[str]:
    for control in controls:
        yield control.name
        yield from _names(control.controls)
        for row in control.rows:
            yield from _names(row.controls)


def _holder(path: str, names: set[str]) -> str:
    while path and path not in names:
        path = path.rpartition(".")[0]
    return path


def _finding(problem: Problem, kind: KindSchema) -> FieldFinding:
    lang = current_language()
    name = problem.field or "title"
    # The key of a source is made up for the author, who knows the source by its title.
    label = describe_field(problem.field.removesuffix(".key"), kind, lang).partition(" (")[0]
    return FieldFinding(
        name=name,
        label=label,
        text=_sentence(problem, kind),
        step=step_of(kind, name),
        code=problem.code,
        is_error=problem.severity is Severity.ERROR,
    )


def _sentence(problem: Problem, kind: KindSchema) -> str:
    known = _words(problem.params)
    if problem.code == "pattern" and problem.params.get("shape") in known:
        return known[problem.params["shape"]]
    if problem.code == "required" and _is_list(problem.field, kind):
        return known["list"]
    if problem.code in known:
        return known[problem.code]
    wording = word(problem, current_language())
    return f"{wording.message} {wording.remedy}"


def _is_list(path: str, kind: KindSchema) -> bool:
    spec = kind.field(path)
    return spec is not None and spec.type == "array"


def _words(params: Mapping[str, str]) -> dict[str, str]:
    """Return the sentences for authors, who do not see the file behind the form."""
    limit, actual = params.get("limit", ""), params.get("actual", "")
    value, start, key = params.get("value", ""), params.get("start", ""), params.get("key", "")
    number = params.get("number", "")
    return {
        "required": _("This entry is missing. Please fill it in."),
        "list": _("Please make at least one entry here."),
        "too_few_items": _("Please make at least one entry here."),
        "too_short": _("This entry is missing. Please fill it in."),
        "section_missing": _("This text is missing. A few sentences are enough."),
        "section_empty": _("This text is missing. A few sentences are enough."),
        "too_long": _(
            "Please shorten this to %(limit)s characters; now it has %(actual)s.", limit=limit, actual=actual
        ),
        "too_many_items": _("At most %(limit)s entries are possible here.", limit=limit),
        "type": _("“%(value)s” is no number. Please write digits only, such as 1200.", value=value),
        "not_allowed": _("Please choose one of the entries of the list."),
        "partialDate": _("“%(value)s” is no date. Please write for example 2024, 10.2024 or 17.10.2024.", value=value),
        "date": _("“%(value)s” is no date. Please write for example 17.10.2024.", value=value),
        "url": _("“%(value)s” is no web address. It begins with https:// or http://.", value=value),
        "no_such_day": _("There is no such day. Please check day and month."),
        "claim_without_source": _("Please say on which source this rests: tick one, or add it to the sources below."),
        "paragraph_without_source": _(
            "The paragraph “%(start)s” names no source. Write [^key] behind it, with the key of a source below.",
            start=start,
        ),
        "unknown_source": _("The source “%(key)s” is not in the list of sources.", key=key),
        "stop_reason_missing": _("The project was stopped. Please say why."),
        "stop_reason_without_stop": _("A reason for the end is named, but the project goes on. Please check both."),
        "evidence_without_figures": _(
            "This evidence needs figures from before and after. Please add them to the results."
        ),
        "figure_not_structured": _(
            "The figure %(number)s stands in the sentence only. If you can, enter it as a value with its unit too.",
            number=number,
        ),
        "figure_without_date": _("Please say from when the figure %(number)s is.", number=number),
        "source_unused": _("No entry rests on this source yet."),
        "unknown_record": _("No record stands at this address. Please copy it from the page of the record."),
        "duplicate_value": _("“%(value)s” occurs twice.", value=value),
        "picture_not_listed": _("A picture in the text is not among the files of this record. Please upload it first."),
    }
