"""Problems of a text as sentences at the fields of the form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.records.checks.wording import describe_field, word
from app.records.problem import Problem, Severity
from app.records.schema import KindSchema
from app.shared.wording import N_, translator
from app.web.contributing.form.controls import Control, control_id
from app.web.contributing.form.steps import BODY, in_order, name_of, step_of
from app.web.shell.language import current_language
from app.web.shell.wording import _

MISSING = frozenset(
    {"required", "one_of_them", "section_missing", "too_few_items", "section_empty", "claim_without_source"}
)
"""Problems that only mean that something is missing; they are not shown while the author is still writing."""
UNSEEN = frozenset({"file_missing", "file_empty", "file_not_listed", "file_content", "file_too_large", "source_unused"})
"""What a look at the text alone cannot tell."""
_SENTENCES: Mapping[str, str] = {
    "required": N_("This entry is missing. Please fill it in."),
    "too_few_items": N_("Please make at least one entry here."),
    "too_short": N_("This entry is missing. Please fill it in."),
    "section_missing": N_("This text is missing. A few sentences are enough."),
    "section_empty": N_("This text is missing. A few sentences are enough."),
    "too_long": N_("Please shorten this to %(limit)s characters; now it has %(actual)s."),
    "too_many_items": N_("At most %(limit)s entries are possible here."),
    "type": N_("“%(value)s” is no number. Please write digits only, such as 1200."),
    "not_allowed": N_("Please choose one of the entries of the list."),
    "partialDate": N_("“%(value)s” is no date. Please write for example 2024, 10.2024 or 17.10.2024."),
    "date": N_("“%(value)s” is no date. Please write for example 17.10.2024."),
    "url": N_("“%(value)s” is no web address. It begins with https:// or http://."),
    "no_such_day": N_("There is no such day. Please check day and month."),
    "claim_without_source": N_("Please say on which source this rests: tick one, or add it to the sources below."),
    "paragraph_without_source": N_(
        "The paragraph “%(start)s” names no source. Write [^key] behind it, with the key of a source below."
    ),
    "unknown_source": N_("The source “%(key)s” is not in the list of sources."),
    "stop_reason_missing": N_("The project was stopped. Please say why."),
    "stop_reason_without_stop": N_("A reason for the end is named, but no project was stopped. Please check both."),
    "evidence_without_figures": N_(
        "This evidence needs figures from before and after. Please add them to the results."
    ),
    "figure_not_structured": N_(
        "The figure %(number)s stands in the sentence only. If you can, enter it as a value with its unit too."
    ),
    "figure_without_date": N_("Please say from when the figure %(number)s is."),
    "source_unused": N_("No entry rests on this source yet."),
    "unknown_record": N_("No record stands at this address. Please copy it from the page of the record."),
    "duplicate_value": N_("“%(value)s” occurs twice."),
    "picture_not_listed": N_("A picture in the text is not among the files of this record. Please upload it first."),
}
"""Sentences for authors, who do not see the file behind the form, by code of a problem or shape of a value."""


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
        return control_id(self.name)


def findings(problems: Iterable[Problem], kind: KindSchema) -> tuple[FieldFinding, ...]:
    """Return problems in the reader's words, each once, as their fields follow each other in the form."""
    return tuple(in_form_order(dict.fromkeys(_finding(problem, kind) for problem in problems), kind))


def in_form_order(found: Iterable[FieldFinding], kind: KindSchema) -> list[FieldFinding]:
    """Return findings as their fields follow each other in the form."""
    places = {name_of(entry): place for place, entry in enumerate(in_order(kind))}

    def place(item: FieldFinding) -> int:
        top = item.name if item.name.startswith(BODY) else item.name.partition(".")[0]
        return places.get(top, len(places))

    return sorted(found, key=place)


def placed(found: Iterable[FieldFinding], controls: Sequence[Control]) -> tuple[FieldFinding, ...]:
    """Return the findings with the name of the control that shows them: the field itself, or what holds it."""
    names = set(_names(controls))

    def holder(path: str) -> str:
        while path and path not in names:
            path = path.rpartition(".")[0]
        return path

    return tuple(replace(item, name=holder(item.name) or item.name) for item in found)


def _names(controls: Iterable[Control]) -> Iterable[str]:
    for control in controls:
        yield control.name
        yield from _names(control.controls)
        for row in control.rows:
            yield from _names(row.controls)


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


def missing_words(name: str, kind: KindSchema) -> str:
    """Return the sentence for a missing entry, naming what may be entered instead."""
    path = ".".join(part for part in name.split(".") if not part.isdigit())
    spec, holder = kind.field(path), kind.field(path.rpartition(".")[0])
    parts = (spec, *map(holder.part, spec.unless)) if spec and holder else ()
    labels = [part.label(current_language()) for part in parts if part]
    if len(labels) < 2:
        return _("This entry is missing. Please fill it in.")
    return _("This entry is missing. One of these is enough: %(labels)s.", labels=_(" or ").join(labels))


def _sentence(problem: Problem, kind: KindSchema) -> str:
    code, lang = problem.code, current_language()
    if code == "pattern":
        code = problem.params.get("shape", code)
    elif code == "required" and (spec := kind.field(problem.field)) is not None and spec.type == "array":
        code = "too_few_items"
    if code in _SENTENCES:
        return translator(lang)(_SENTENCES[code], **problem.params)
    wording = word(problem, lang)
    return f"{wording.message} {wording.remedy}"
