# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Takes in what a step's form says, beside whatever another window saved meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from app.content.schema import FieldSpec
from app.review.model.draft import DraftContent
from app.review.model.submission import WrittenText
from app.web.contributing.manuscript import Manuscript
from app.web.forms.basis import FIELD, with_basis
from app.web.forms.keys import with_source_keys
from app.web.forms.reading import MOST_ROWS, ROWS
from app.web.forms.rows import ADD, RowAction, act, count_rows, without_empty_rows
from app.web.forms.steps import entries, name_of
from app.web.forms.suggesting import with_suggestion
from app.web.forms.windows import SEEN, changed_elsewhere, mark, meet, seen_marks, value_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """A value that another window saved differently; `theirs` is its text."""

    name: str
    label: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A saved step. `focus` is the row where the author goes on; `disputed` what two windows say differently."""

    manuscript: Manuscript
    focus: str = ""
    disputed: tuple[Disputed, ...] = ()


def receive(
    manuscript: Manuscript,
    step: str,
    form: MultiDict[str, str],
    action: RowAction | None = None,
    *,
    suggest: FieldSpec | None = None,
    tidy: bool = True,
) -> Received:
    """Save a step's form; rows without entries go with `tidy`, unless a button just asked for one.

    The field `suggest` is filled from other texts of the draft if it is empty.

    Where two windows wrote different texts into one field, nothing of that field is saved yet: both are given back.
    """
    sent: dict[str, Sequence[str]] = {name: form.getlist(name) for name in form}
    seen = seen_marks(manuscript.kind, step, form.get(SEEN, ""))
    result = Received(manuscript=manuscript)

    def change(content: DraftContent) -> DraftContent:
        nonlocal result
        stored = WrittenText(front=content.front, sections=content.sections)
        mine = _with_keys(manuscript.reader.read(step, sent, stored))
        met = meet(manuscript.kind, step, seen, mine, stored)
        result = replace(result, disputed=_disputed(manuscript, step, met.disputed, stored), focus="")
        if met.disputed:
            # The page shows both; until the author has seen them, what stands in the draft stays.
            return content
        text = with_suggestion(suggest, met.text) if suggest else met.text
        moved = _moved(manuscript, step, seen, mine, stored)
        if action is not None and not _done_before(action, form, stored, moved):
            text, focus = act(action, text, _rows_sent(form, action))
            result = replace(result, focus=focus)
        front = without_empty_rows(text.front) if tidy and action is None else text.front
        extra = with_basis(content.extra, form[FIELD]) if FIELD in form else content.extra
        return replace(content, front=front, sections=text.sections, step=step, extra=extra)

    saved = manuscript.saved(change)
    return replace(result, manuscript=saved, focus=suggest.key if suggest else result.focus)


def typed(manuscript: Manuscript, step: str, form: MultiDict[str, str]) -> WrittenText:
    """Return what the form says on top of what stands in the draft, without saving it."""
    return manuscript.reader.read(step, {name: form.getlist(name) for name in form}, manuscript.text)


def _done_before(action: RowAction, form: MultiDict[str, str], stored: WrittenText, moved: frozenset[str]) -> bool:
    """Tell whether the rows are no longer those of the form, as when a button is pressed twice in a row."""
    sent, there = _rows_sent(form, action), count_rows(stored, action.name)
    # An asked list without rows shows one to write in.
    if sent != there and not (sent == 1 and there == 0):
        return True
    # One row more does no harm wherever the others stand by now.
    return action.verb != ADD and action.name.partition(".")[0] in moved


def _moved(
    manuscript: Manuscript, step: str, seen: dict[str, str], mine: WrittenText, stored: WrittenText
) -> frozenset[str]:
    """Return the fields that another window changed and in which this one says something else.

    A form that says what is stored may come from before, too: the page has saved itself, and its answer was not there.
    """
    changed = changed_elsewhere(manuscript.kind, step, seen, stored)
    return frozenset(name for name in changed if mark(mine.front.get(name)) != mark(stored.front.get(name)))


def _rows_sent(form: MultiDict[str, str], action: RowAction) -> int:
    count = form.get(ROWS.format(action.name), "")
    return min(int(count), MOST_ROWS) if count.isascii() and count.isdigit() else 0


def _with_keys(text: WrittenText) -> WrittenText:
    return WrittenText(front=with_source_keys(text.front), sections=text.sections)


def _disputed(manuscript: Manuscript, step: str, names: Sequence[str], stored: WrittenText) -> tuple[Disputed, ...]:
    return tuple(
        Disputed(
            name=name_of(entry),
            label=entry.label(manuscript.builder.notation.lang),
            theirs=manuscript.in_words(entry, value_of(entry, stored)),
        )
        for entry in entries(manuscript.kind, step)
        if name_of(entry) in names
    )
