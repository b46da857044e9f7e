"""What a reader is told about a memo or a file: what is wrong, at which field, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.kickoff.memo.memo import Asked, Duty, MemoInvalid
from app.kickoff.memo.wording import Words
from app.records.schema import FieldError
from app.web.memo.form import COSIGNERS, TEXTS, duty_field, find_field, goal_field, inquiry_field
from app.web.shell.formats import byte_size, number
from app.web.shell.language import current_language
from app.web.shell.wording import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProblem:
    """A sentence, and the field it is about; none where the whole memo is meant."""

    text: str
    field: str = ""


def shown_problems(errors: Iterable[FieldError]) -> tuple[ShownProblem, ...]:
    """Return each problem once, with the field to mend it in."""
    return tuple(dict.fromkeys(_each(errors)))


def at_fields(problems: Iterable[ShownProblem]) -> Mapping[str, str]:
    """Return the text for each field that has a problem."""
    return {problem.field: problem.text for problem in problems if problem.field}


def _each(errors: Iterable[FieldError]) -> Iterator[ShownProblem]:
    for error in errors:
        field, label = _place(error.path)
        yield ShownProblem(text=_words(error, label), field=field)


def _place(path: str) -> tuple[str, str]:
    """Return name and label of the field in which a part of the memo is typed."""
    words = Words(current_language())
    if path in TEXTS:
        return TEXTS[path], words(path)
    part, _dot, rest = path.partition(".")
    if part == "cosigners":
        return COSIGNERS, words("cosigners")
    index, _dot, name = rest.partition(".")
    if not index.isdigit():
        return "", ""
    position = int(index)
    if (part, name) == ("finds", "reason"):
        return f"{find_field(position)}_text", _("Reason for find %(number)s", number=position + 1)
    if part == "inquiries" and position < len(Asked):
        asked = tuple(Asked)[position]
        suffix, label = ("_text", words("inquiry.result")) if name == "result" else ("", words("inquiry.on"))
        return f"{inquiry_field(asked)}{suffix}", f"{words(f'asked.{asked}')}, {label}"
    if (part, name) == ("goals", "note"):
        return f"{goal_field(position)}_text", _("Explanation of answer %(number)s", number=position + 1)
    if (part, name) == ("duties", "text") and position < len(Duty):
        return f"{duty_field(tuple(Duty)[position])}_text", _("Explanation of duty %(number)s", number=position + 1)
    return "", ""


def _words(error: FieldError, label: str) -> str:
    limit = error.params.get("limit", "")
    match error.code:
        case "too_long" if label:
            return _(
                "%(field)s: at most %(limit)s characters. Please shorten the text.", field=label, limit=_count(limit)
            )
        case "forbidden_character" if label:
            return _(
                "%(field)s: there is an invisible character in it (%(character)s) that can hide text. "
                "Please type the place again instead of pasting it.",
                field=label,
                character=error.params.get("character", "?"),
            )
        case "pattern" if error.path.startswith("inquiries."):
            return _("%(field)s: please write a day, such as 27.11.2026.", field=label)
        case "pattern" if label:
            return _("%(field)s: only one line fits here.", field=label)
        case "too_large":
            return _(
                "The memo is too large: at most %(limit)s. Please shorten texts or remove finds.",
                limit=byte_size(int(limit or 0)),
            )
        case "too_many_items":
            return _("That is too much for one memo: at most %(limit)s. Please remove some.", limit=_count(limit))
        case _:
            return _("A part of the memo does not fit its format: %(path)s.", path=error.path or "–")


def _count(limit: str) -> str:
    return number(int(limit)) if limit.isdigit() else limit


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoNotice:
    """A title and a sentence; `kind` is "info", "success", "warning" or "danger"."""

    title: str
    text: str
    kind: str = "warning"


def missing(count: int) -> tuple[MemoNotice, ...]:
    """Say that records of the selection are not there any more; nothing when all are."""
    if not count:
        return ()
    title = ngettext("%(num)s chosen record is missing", "%(num)s chosen records are missing", count)
    return (MemoNotice(title=title, text=_("What was withdrawn or is not published here cannot stand in a memo.")),)


def loaded() -> MemoNotice:
    """Say that the memo of a file is shown."""
    text = _("It is kept nowhere yet. Download it again or save it when you have changed it.")
    return MemoNotice(title=_("The memo has been loaded"), text=text, kind="success")


def no_longer_kept() -> MemoNotice:
    """Say that the link does not lead anywhere any more, while the text is still on the page."""
    text = _("Its time is over, or somebody deleted it. Your text is still on this page: save it again or download it.")
    return MemoNotice(title=_("The saved memo is gone"), text=text)


def refused(error: MemoInvalid) -> MemoNotice:
    """Say why the memo as a whole cannot be handed out or kept."""
    text = " ".join(problem.text for problem in shown_problems(error.problems))
    return MemoNotice(title=_("This memo does not fit"), text=text, kind="danger")
