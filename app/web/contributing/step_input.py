"""Merges a step's form into the draft, which another window may have saved; short marks tell who changed a value."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import rfc8785
from werkzeug.datastructures import MultiDict

from app.records.json_value import JsonValue, thaw
from app.records.schema import FieldSpec, KindSchema, SectionSpec
from app.records.sentences import plain, whole_sentences
from app.review.models import DraftContent
from app.review.text.record_text import RecordText
from app.web.contributing.draft_editor import DraftEditor, notation
from app.web.contributing.form.controls import FIELD, with_basis
from app.web.contributing.form.reader import (
    ADD,
    MAX_ROWS,
    ROWS,
    RowAction,
    act,
    count_rows,
    read_form,
    with_source_keys,
    without_empty_rows,
)
from app.web.contributing.form.steps import Entry, entries, name_of
from app.web.records.difference import field_label, field_words

SEEN = "gesehen"
"""Hidden field with the marks of the values that the form was made with."""
MARK_LENGTH = 8
_BETWEEN = "."
SUGGEST = "vorschlagen:"
"""What the value of a button begins with that asks for it; the name of the field follows."""
_ITEM = re.compile(r"^[ \t]*(?:[-+*]|\d{1,9}[.)]|#{1,6})[ \t]+", re.MULTILINE)
_END = (".", "!", "?")


def marks(kind: KindSchema, step: str, text: RecordText) -> str:
    """Return the marks of a step's values, ready for a hidden field."""
    return _BETWEEN.join(mark(value_of(entry, text)) for entry in entries(kind, step))


def seen_marks(kind: KindSchema, step: str, sent: str) -> dict[str, str]:
    """Return the marks that a form brought back, by name; what does not fit is as if nothing had been seen."""
    found = sent.split(_BETWEEN)
    names = [name_of(entry) for entry in entries(kind, step)]
    return dict(zip(names, found, strict=True)) if len(found) == len(names) else {}


def meet(
    kind: KindSchema, step: str, seen: Mapping[str, str], mine: RecordText, theirs: RecordText
) -> tuple[RecordText, tuple[str, ...]]:
    """Merge this window's text (`mine`) with `theirs`; return it and the conflicting names, where `mine` wins."""
    front, sections = dict(theirs.front), dict(theirs.sections)
    disputed = []
    for entry in entries(kind, step):
        name = name_of(entry)
        here, there = value_of(entry, mine), value_of(entry, theirs)
        if mark(here) in (seen.get(name), mark(there)):
            continue
        if mark(there) != seen.get(name):
            disputed.append(name)
        if isinstance(entry, SectionSpec):
            sections[entry.id] = str(here or "")
        elif here is None:
            front.pop(entry.key, None)
        else:
            front[entry.key] = here
    return RecordText(front=front, sections=sections), tuple(disputed)


def mark(value: JsonValue) -> str:
    """Return a short mark that differs for different values; nothing, an empty text and empty rows are the same."""
    kept = without_empty_rows({"": value}).get("") if value else None
    return hashlib.sha256(rfc8785.dumps(thaw(kept) or None)).hexdigest()[:MARK_LENGTH]


def value_of(entry: Entry, text: RecordText) -> JsonValue:
    """Return what a text holds for a field or section."""
    if isinstance(entry, SectionSpec):
        return text.sections.get(entry.id) or None
    return text.front.get(entry.key)


def changed_elsewhere(kind: KindSchema, step: str, seen: Mapping[str, str], stored: RecordText) -> Iterator[str]:
    """Yield the names of a step's values that changed since the form was made."""
    for entry in entries(kind, step):
        if mark(value_of(entry, stored)) != seen.get(name_of(entry)):
            yield name_of(entry)


def wanted(button: str, kind: KindSchema) -> FieldSpec | None:
    """Return the field for which a button asks, None if it asks for none."""
    spec = kind.by_key.get(button.removeprefix(SUGGEST)) if button.startswith(SUGGEST) else None
    return spec if spec and spec.suggest else None


def with_suggestion(spec: FieldSpec, text: RecordText) -> RecordText:
    """Return the text with the field filled, if it was empty and there is something to take."""
    found = suggestion(spec, text)
    if text.front.get(spec.key) or not found:
        return text
    return RecordText(front={**text.front, spec.key: found}, sections=text.sections)


def suggestion(spec: FieldSpec, text: RecordText) -> str:
    """Return the first sentence of each section that the schema names, then of the last one as many as have room."""
    told = [list(_sentences(text.sections.get(section, ""))) for section in spec.suggest]
    told = [sentences for sentences in told if sentences]
    order = [*(sentences[0] for sentences in told), *(told[-1][1:] if told else ())]
    found = ""
    for sentence in order:
        longer = f"{found} {sentence}".strip()
        if spec.max_length and len(longer) > spec.max_length:
            break
        found = longer
    return found


def _sentences(markdown: str) -> Iterator[str]:
    for block in _ITEM.sub("\n", markdown).split("\n"):
        for sentence in whole_sentences(plain(block)):
            yield sentence if sentence.endswith(_END) else f"{sentence}."


def receive(
    editor: DraftEditor,
    step: str,
    form: MultiDict[str, str],
    action: RowAction | None = None,
    *,
    suggest: FieldSpec | None = None,
    tidy: bool = True,
) -> tuple[DraftEditor, str, tuple[tuple[str, str], ...]]:
    """Save a step's form; return draft, row to go on in, and disputed fields: label and the other window's text.

    Saves nothing if any field is disputed. `tidy` removes empty rows, except one just added. An empty field `suggest`
    is filled from other texts of the draft.
    """
    sent: dict[str, Sequence[str]] = {name: form.getlist(name) for name in form}
    kind, focus = editor.kind, ""
    seen = seen_marks(kind, step, form.get(SEEN, ""))
    words: tuple[tuple[str, str], ...] = ()

    def change(content: DraftContent) -> DraftContent:
        nonlocal focus, words
        stored = RecordText(front=content.front, sections=content.sections)
        read = read_form(kind, notation(), step, sent, stored)
        mine = replace(read, front=with_source_keys(read.front))
        met, disputed = meet(kind, step, seen, mine, stored)
        there = {name_of(entry): value_of(entry, stored) for entry in entries(kind, step)}
        words = tuple((field_label(kind, name), field_words(kind, name, there.get(name))) for name in disputed)
        focus = ""
        if disputed:
            return content
        text = with_suggestion(suggest, met) if suggest else met
        # Marks may be outdated by the page's own saving, so a value moved only if this form also differs from it.
        changed = changed_elsewhere(kind, step, seen, stored)
        moved = {name for name in changed if mark(mine.front.get(name)) != mark(stored.front.get(name))}
        if action is not None and not _done_before(action, form, stored, moved):
            text, focus = act(action, text, _rows_sent(form, action))
        front = without_empty_rows(text.front) if tidy and action is None else text.front
        extra = with_basis(content.extra, form[FIELD]) if FIELD in form else content.extra
        return replace(content, front=front, sections=text.sections, step=step, extra=extra)

    return editor.saved(change), suggest.key if suggest else focus, words


def typed(editor: DraftEditor, step: str, form: MultiDict[str, str]) -> RecordText:
    """Return the stored text with the changes of the form, without saving it."""
    return read_form(editor.kind, notation(), step, {name: form.getlist(name) for name in form}, editor.text)


def _done_before(action: RowAction, form: MultiDict[str, str], stored: RecordText, moved: set[str]) -> bool:
    """Tell whether the rows are no longer those of the form, as when a button is pressed twice in a row."""
    sent, there = _rows_sent(form, action), count_rows(stored, action.name)
    # An asked list without rows shows some to write in.
    if there and sent != there:
        return True
    # One more row does no harm even if the others were moved.
    return action.verb != ADD and action.name.partition(".")[0] in moved


def _rows_sent(form: MultiDict[str, str], action: RowAction) -> int:
    count = form.get(ROWS.format(action.name), "")
    return min(int(count), MAX_ROWS) if count.isascii() and count.isdigit() else 0
