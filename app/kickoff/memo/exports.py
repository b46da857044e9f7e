"""Turns a memo into a document that begins with a summary, and writes it as a file of any format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from app.documents.blocks import (
    Block,
    Facts,
    Grid,
    Heading,
    Items,
    Page,
    Paragraph,
    Signature,
    SlidesKind,
    Span,
    TextRole,
)
from app.documents.writing.exports import ExportKind, PageExports
from app.kickoff.memo import sections
from app.kickoff.memo.check import conflicts
from app.kickoff.memo.format import MAX_BYTES, MemoFormat, refused
from app.kickoff.memo.memo import Decision, Find, ReuseMemo
from app.kickoff.memo.wording import Formats, MemoDocument, MemoLabels, Words, plain
from app.kickoff.slides import SlideWords, memo_deck
from app.records.five_lines import LineCode, asks
from app.shared.confinement import Exhausted

_SECTIONS: tuple[tuple[str, Callable[[MemoDocument, int], Iterable[Block]]], ...] = (
    ("conclusion", lambda draft, _: draft.paragraphs(draft.memo.conclusion)),
    ("overview", lambda draft, _: _overview(draft)),
    ("occasion", lambda draft, _: draft.paragraphs(draft.memo.occasion)),
    ("question", lambda draft, _: draft.paragraphs(draft.memo.question)),
    ("situation", lambda draft, _: sections.situation(draft)),
    ("search", lambda draft, _: (*sections.search(draft), *sections.inquiries(draft))),
    ("assessment", sections.assessment),
    ("duties", lambda draft, _: sections.duties(draft)),
    ("goals", lambda draft, _: sections.goals(draft)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file for download; its name contains nothing that the asker wrote."""

    name: str
    media_type: str
    content: bytes


class MemoExports:
    """Writes memos as documents and slides in all formats."""

    def __init__(self, form: MemoFormat, labels: MemoLabels, zone: tzinfo, pages: PageExports) -> None:
        """Take the words for values from `labels`, and show times in `zone`."""
        self._form = form
        self._labels = labels
        self._zone = zone
        self._pages = pages

    def refuse(self, kind: ExportKind | SlidesKind, asker: str) -> None:
        """Raise Busy if `export` would raise it at once; a cheap check before reading a memo."""
        if kind is not ExportKind.MARKDOWN:
            self._pages.refuse(asker)

    def export(self, memo: ReuseMemo, kind: ExportKind | SlidesKind, lang: str, asker: str = "") -> Exported:
        """Return the memo with labels in `lang` ("de", "en"), as a document or as slides for those who decide.

        `asker` identifies the client. Raises MemoInvalid for a memo that breaks its schema or is too large,
        ExportUnavailable, and Busy while other exports are running or the machine is too busy.
        """
        self._form.to_json(memo)
        draft = self.draft(memo, lang)
        name = f"{draft.words('file_name')}-{memo.at.astimezone(self._zone).date().isoformat()}"
        try:
            if isinstance(kind, SlidesKind):
                name = f"{name}-{SlideWords(lang)('file_name')}"
                content = self._pages.slides(kind, memo_deck(draft), memo.at, asker)
            else:
                content = self._pages.drawn(kind, compose(draft), memo.at, asker)
        except Exhausted as error:
            # The asker sent this text and can shorten it, so it is their error.
            raise refused("too_large", limit=str(MAX_BYTES)) from error
        return Exported(name=f"{name}.{kind}", media_type=kind.media_type, content=content)

    def page(self, memo: ReuseMemo, lang: str) -> Page:
        return compose(self.draft(memo, lang))

    def parts(self, memo: ReuseMemo, lang: str) -> Mapping[str, tuple[Block, ...]]:
        """Return the blocks that a page shows beside form fields, by the code of their section."""
        draft = self.draft(memo, lang)
        return {
            "situation": tuple(sections.situation(draft)),
            "search": tuple(sections.search(draft)),
            "references": tuple(sections.references(draft)),
        }

    def draft(self, memo: ReuseMemo, lang: str) -> MemoDocument:
        """Return the memo with the words and formats of a language."""
        words = Words(lang)
        return MemoDocument(memo=memo, words=words, formats=Formats(words.lang, self._zone), labels=self._labels)


def compose(draft: MemoDocument) -> Page:
    """Return the document of a memo, without empty sections, which get no number."""
    words, memo = draft.words, draft.memo
    return Page(
        lang=draft.lang,
        title=words("title"),
        subtitle=words("subtitle"),
        running=f"{words('title')} · {memo.reference}" if memo.reference else words("title"),
        page=words("page"),
        of=words("of"),
        blocks=tuple(_blocks(draft)),
    )


def _blocks(draft: MemoDocument) -> Iterator[Block]:
    yield _head(draft)
    number = 1
    for code, section in _SECTIONS:
        blocks = tuple(section(draft, number))
        if blocks:
            yield _heading(draft, number, code)
            yield from blocks
            number += 1
    yield draft.note("closing", TextRole.CLOSING)
    yield Signature(lines=(draft.words("place_and_date"), draft.words("signature")))
    yield from sections.cosigning(draft)
    if draft.memo.finds:
        # After the signature: the references are an annex to the signed text.
        yield _heading(draft, number, "references")
        yield from sections.references(draft)


def _heading(draft: MemoDocument, number: int, code: str) -> Heading:
    return Heading(level=2, number=str(number), text=Span(text=draft.words(code)))


def _head(draft: MemoDocument) -> Facts:
    """Return the file reference, office, date and site at the top; empty fields can be filled in by hand."""
    memo, words = draft.memo, draft.words
    return Facts(
        rows=(
            (words("reference"), draft.own(memo.reference) if memo.reference else ()),
            (words("office"), draft.own(memo.office) if memo.office else ()),
            (words("as_of"), plain(draft.formats.moment(memo.at))),
            (words("made_with"), plain(f"{memo.site}, {memo.issuer}")),
        )
    )


def _overview(draft: MemoDocument) -> Iterator[Block]:
    """Yield the finds, and the conflicts between answers and finds."""
    yield from _finds(draft)
    found = conflicts(draft.memo)
    if found:
        yield draft.note("conflicts", TextRole.LABEL)
        yield Items(items=tuple(draft.say(f"conflict.{one.code}", title=one.title) for one in found))


def _finds(draft: MemoDocument) -> Iterator[Block]:
    """Yield the numbers and one line for each find."""
    memo, words, given = draft.memo, draft.words, draft.memo.situation
    if not memo.finds:
        yield draft.note("result.none", TextRole.BODY)
        return
    counts = {decision.value: len(memo.decided(decision)) for decision in Decision} | {"taken": len(memo.reused)}
    yield Paragraph(text=draft.say("result.counts", total=len(memo.finds), **counts), role=TextRole.LEAD)
    budget = "" if given.budget is None else draft.formats.euros(given.budget)
    cost, duration = (
        _with_ours(draft, "cost", budget),
        _with_ours(draft, "duration", draft.counted("months", given.months)),
    )
    yield Grid(
        columns=(words("number"), words("entry"), words("decision"), cost, duration, words("way")),
        widths=(5, 22, 12, 22, 17, 22),
        rows=tuple(
            (
                plain(str(number)),
                (draft.title(find.record),),
                draft.say(f"decision.{find.decision}"),
                draft.quoting(_cost(draft, find), find.record.lang, *draft.lines.cost(find.record.lines).said),
                plain(_duration(draft, find)),
                sections.way(draft, find),
            )
            for number, find in enumerate(memo.finds, start=1)
        ),
    )


def _with_ours(draft: MemoDocument, code: str, ours: str) -> str:
    """Return the head of a column, with the asker's own value."""
    return Span(text=f"{draft.words(code)} {draft.words('ours', value=ours)}").text if ours else draft.words(code)


def _cost(draft: MemoDocument, find: Find) -> str:
    """Return the cost there, with the granted share and the year: the value of money depends on both."""
    cost, lines = find.record.lines.cost, draft.lines
    line = lines.cost(find.record.lines)
    if not line.is_known and not asks(find.record.lines.kind, LineCode.COST):
        return draft.words("not_applicable")
    note = lines.costs.notes(cost, None) if cost.told else line.note
    return f"{line.text} ({note})" if note else line.text


def _duration(draft: MemoDocument, find: Find) -> str:
    """Return the time until it was in use there, else the start and end of the project."""
    line = draft.lines.duration(find.record.lines)
    if not line.is_known and not asks(find.record.lines.kind, LineCode.DURATION):
        return draft.words("not_applicable")
    found = find.record.figures.duration
    return draft.lines.length(found) if found.months_to_use else line.text
