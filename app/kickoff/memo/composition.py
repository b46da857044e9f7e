"""Puts the document together: Empfehlung und Funde, Anlass, Fragestellung, Suche, Bewertung, Pflichten, Fundstellen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from app.documents.blocks import Block, Facts, Heading, Page, Signature, Span, TextRole
from app.kickoff.memo import front_page, sections
from app.kickoff.memo.draft import MemoDocument

_Section = tuple[str, Callable[[MemoDocument, int], Iterable[Block]]]

_SECTIONS: tuple[_Section, ...] = (
    ("conclusion", lambda draft, _: draft.paragraphs(draft.memo.conclusion)),
    ("overview", lambda draft, _: front_page.overview(draft)),
    ("occasion", lambda draft, _: draft.paragraphs(draft.memo.occasion)),
    ("question", lambda draft, _: draft.paragraphs(draft.memo.question)),
    ("situation", lambda draft, _: sections.situation(draft)),
    ("search", lambda draft, _: (*sections.search(draft), *sections.inquiries(draft))),
    ("assessment", sections.assessment),
    ("duties", lambda draft, _: sections.duties(draft)),
    ("goals", lambda draft, _: sections.goals(draft)),
)


def compose(draft: MemoDocument) -> Page:
    """Return the page of a memo; sections with nothing in them are left out and do not count."""
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


def parts(draft: MemoDocument) -> Mapping[str, tuple[Block, ...]]:
    """Return the blocks of each section by its code, for a page that has fields in the place of some.

    "record.0", "record.1" … hold what is said about the record of each find.
    """
    named = {code: tuple(section(draft, 0)) for code, section in _SECTIONS}
    records = {
        f"record.{number}": (Facts(rows=tuple(sections.record_rows(draft, find.record))),)
        for number, find in enumerate(draft.memo.finds)
    }
    return {
        "head": (front_page.head(draft),),
        **named,
        "search": tuple(sections.search(draft)),
        "finds": tuple(front_page.finds(draft)),
        **records,
        "references": tuple(sections.references(draft)),
    }


def _blocks(draft: MemoDocument) -> Iterator[Block]:
    yield front_page.head(draft)
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
        # After the signature: what is signed comes first, what it rests on is its annex.
        yield _heading(draft, number, "references")
        yield from sections.references(draft)


def _heading(draft: MemoDocument, number: int, code: str) -> Heading:
    return Heading(level=2, number=str(number), text=Span(text=draft.words(code)))
