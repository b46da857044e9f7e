"""The fields and buttons of the memo's form: names, filling in a memo, and reading it back.

Data that nobody types (situation, searches, records with their versions) is in one hidden field, as the JSON document
that can be downloaded. It comes from the asker and is validated like an upload.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from app.documents.blocks import SlidesKind
from app.documents.writing.exports import ExportKind
from app.kickoff.goals import PREFIX, goal_answers
from app.kickoff.memo.format import tidy
from app.kickoff.memo.memo import Asked, Duty, DutyState, MemoInvalid, ReuseMemo
from app.kickoff.memo.service import MemoService
from app.kickoff.memo.wording import Words
from app.records.schema import FieldError
from app.web.shell.formats import byte_size, number
from app.web.shell.language import current_language
from app.web.shell.wording import _, ngettext


class MemoAction(StrEnum):
    """A button; the value is what it sends. `REMOVE`, `RENEW` and `ADD` name a find or hit after a colon."""

    UPDATE = "aktualisieren"
    SAVE = "speichern"
    JSON = "json"
    EXPORT = "herunterladen"
    SLIDES = "folien"
    SEARCH = "suchen"
    ADD = "aufnehmen"
    REMOVE = "entfernen"
    RENEW = "erneuern"
    FORGET_GOALS = "ziele-entfernen"


@dataclass(frozen=True, slots=True)
class Pressed:
    """The pressed button and its object."""

    action: MemoAction
    argument: str = ""

    @property
    def number(self) -> int:
        """Return the number of a find, -1 if there is none."""
        return int(self.argument) if self.argument.isascii() and self.argument.isdigit() else -1


def pressed(value: str) -> Pressed:
    """Read the value of a button; an unknown value only refreshes the page."""
    name, _colon, argument = value.partition(":")
    if argument not in _FORMATS.get(name, {argument}):
        return Pressed(MemoAction.UPDATE)
    return Pressed(MemoAction(name), argument[:400]) if name in set(MemoAction) else Pressed(MemoAction.UPDATE)


_FORMATS: Mapping[str, set[str]] = {MemoAction.EXPORT: set(ExportKind), MemoAction.SLIDES: set(SlidesKind)}
CARRIED = "vermerk"
ACTION = "tun"
SAVED = "stand"
WORDS = "suchworte"
TEXTS = {
    "reference": "aktenzeichen",
    "office": "stelle",
    "occasion": "anlass",
    "question": "frage",
    "conclusion": "folgerung",
}
"""Names of form fields by those of the memo."""
ALL_DUTIES = "pflichten"
"""The box that answers all duties that are still open with "met"."""
COSIGNERS = "mitzeichnung"
"""The field with the offices that co-sign, one per line."""

Fields = Mapping[str, str]
Value = TypeVar("Value", bound=StrEnum)


FIND, DUTY, INQUIRY, GOAL = "fund_{}", "pflicht_{}", "stelle_{}", "zielfrage_{}"
"""Names of the fields with decision, answer and inquiry date; with "_text" those of the reason or explanation."""


_STILL_OPEN = frozenset((DUTY.format(duty), DutyState.OPEN.value) for duty in Duty)


def carried(memo: ReuseMemo, memos: MemoService) -> str:
    """Return the hidden field: the memo without the visible fields; raises MemoInvalid if it is too large."""
    bare = replace(
        memo,
        reference="",
        office="",
        cosigners=(),
        occasion="",
        question="",
        conclusion="",
        finds=tuple(replace(find, reason="") for find in memo.finds),
        goals=tuple(replace(goal, note="") for goal in memo.goals),
        inquiries=(),
        duties=(),
    )
    return memos.form.to_json(bare).decode()


def written(memo: ReuseMemo, form: Fields, at: datetime) -> ReuseMemo:
    """Return the memo with all values of the form; parts without a field are unchanged."""
    fields = {name: tidy(value) for name, value in form.items() if name != CARRIED}

    def text(name: str, known: str) -> str:
        return fields.get(f"{name}_text", known)

    def choice(name: str, known: Value) -> Value:
        given, values = fields.get(name), type(known)
        return values(given) if given in set(values) else known

    cosigners = memo.cosigners
    if COSIGNERS in fields:
        cosigners = tuple(filter(None, map(str.strip, fields[COSIGNERS].split("\n"))))
    if any(name.startswith(PREFIX) for name in fields):
        goals = goal_answers(fields, memo.lang)
    else:
        numbered = [(GOAL.format(number), goal) for number, goal in enumerate(memo.goals)]
        goals = tuple(
            replace(one, answer=choice(name, one.answer), note=text(name, one.note)) for name, one in numbered
        )
    finds = [(FIND.format(number), find) for number, find in enumerate(memo.finds)]
    answers = {duty: memo.answer(duty) for duty in Duty}
    if ALL_DUTIES in fields:
        asked = (one for one in memo.answers if one.state is DutyState.OPEN)
        met = {one.duty: replace(one, state=DutyState.MET) for one in asked}
        fields = {name: value for name, value in fields.items() if (name, value) not in _STILL_OPEN}
        answers |= met
    inquiries = [(INQUIRY.format(asked), memo.inquiry(asked)) for asked in Asked]
    duties = [(DUTY.format(duty), one) for duty, one in answers.items()]
    return replace(
        memo,
        at=at,
        **{name: fields.get(field, getattr(memo, name)) for name, field in TEXTS.items()},
        cosigners=cosigners,
        inquiries=tuple(
            replace(one, on=_day(fields.get(name, one.on)), result=text(name, one.result)) for name, one in inquiries
        ),
        finds=tuple(
            replace(one, decision=choice(name, one.decision), reason=text(name, one.reason)) for name, one in finds
        ),
        duties=tuple(replace(one, state=choice(name, one.state), text=text(name, one.text)) for name, one in duties),
        goals=goals,
    )


def _day(text: str) -> str:
    """Return a day in the memo's format; browsers without a date picker send "27.11.2026", for example."""
    german = re.fullmatch(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})", text, re.ASCII)
    return f"{german[3]}-{int(german[2]):02}-{int(german[1]):02}" if german else text


ShownProblem = tuple[str, str]
"""A sentence, and its field; "" for the whole memo."""


def shown_problems(errors: Iterable[FieldError]) -> tuple[ShownProblem, ...]:
    """Return each problem once, with the field to correct."""
    placed = ((error, *_place(error.path)) for error in errors)
    return tuple(dict.fromkeys((_words(error, label), field) for error, field, label in placed))


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
        return f"{FIND.format(position)}_text", _("Reason for find %(number)s", number=position + 1)
    if part == "inquiries" and position < len(Asked):
        asked = tuple(Asked)[position]
        suffix, label = ("_text", words("inquiry.result")) if name == "result" else ("", words("inquiry.on"))
        return f"{INQUIRY.format(asked)}{suffix}", f"{words(f'asked.{asked}')}, {label}"
    if (part, name) == ("goals", "note"):
        return f"{GOAL.format(position)}_text", _("Explanation of answer %(number)s", number=position + 1)
    if (part, name) == ("duties", "text") and position < len(Duty):
        return f"{DUTY.format(tuple(Duty)[position])}_text", _("Explanation of duty %(number)s", number=position + 1)
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
    """Report selected records that are gone; nothing if all exist."""
    if not count:
        return ()
    title = ngettext("%(num)s chosen record is missing", "%(num)s chosen records are missing", count)
    return (MemoNotice(title=title, text=_("What was withdrawn or is not published here cannot stand in a memo.")),)


def refused(error: MemoInvalid) -> MemoNotice:
    """Return the notice that says why the memo as a whole cannot be downloaded or saved."""
    text = " ".join(text for text, _field in shown_problems(error.problems))
    return MemoNotice(title=_("This memo does not fit"), text=text, kind="danger")
