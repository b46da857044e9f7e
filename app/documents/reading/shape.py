"""Finds headings and lists that a report draws instead of marking them: bold lines, bullets and numbers in the text."""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.documents.blocks import Block, Heading, Items, Paragraph, Span, TextRole
from app.documents.markdown import CITATION, plain
from app.documents.reading import words_of

LONGEST_HEADING = 120
ENDS_TEXT = (".", ",", ";")
"""What a line ends with that is no heading."""
_MARK = re.compile(r"\s*(?:[•●▪■◦‣\uf0b7–·-]|(?P<number>\d{1,2})[.)])(?:\s+|$)")


def shaped(read: Sequence[Block]) -> list[Block]:
    """Return the blocks with drawn lists as lists and, if no style marks a heading, standing-out lines as headings."""
    blocks = list(read)
    if not any(isinstance(block, Heading) for block in blocks):
        headed = [_as_heading(block) for block in blocks]
        # A report that is bold throughout has no headings.
        blocks = headed if any(isinstance(block, Paragraph) for block in headed) else blocks
    marks = [_MARK.match(words_of(block.text)) if isinstance(block, Paragraph) else None for block in blocks]
    numbers = [int(mark["number"] or 0) if mark else None for mark in marks]
    for n, (block, mark) in enumerate(zip(blocks, marks, strict=True)):
        # A list is numbered from one: "12. Mai" begins a sentence.
        counted = n and isinstance(blocks[n - 1], Items) and numbers[n] == (numbers[n - 1] or 0) + 1
        begins = numbers[n] == 1 and numbers[n + 1 : n + 2] == [2]
        if mark and isinstance(block, Paragraph) and (not numbers[n] or counted or begins):
            at = next(n for n, span in enumerate(block.text) if span.text.strip())
            bare = replace(block.text[at], text=_MARK.sub("", block.text[at].text, count=1))
            blocks[n] = Items(items=((bare, *block.text[at + 1 :]),), ordered=bool(numbers[n]))
    return blocks


def _as_heading(block: Block) -> Block:
    if not isinstance(block, Paragraph):
        return block
    text = [span for span in block.text if span.mark != CITATION]
    words, marks = plain(words_of(text)), {span.mark for span in text if span.text.strip()}
    stands_out = block.role is TextRole.LEAD or marks == {"**"}
    fits = len(words) <= LONGEST_HEADING and not words.endswith(ENDS_TEXT) and re.search(r"\w{3}", words)
    return Heading(level=1, text=Span(text=words.removesuffix(":"))) if stands_out and fits else block
