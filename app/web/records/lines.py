"""The five lines of a record in the language of this request, for every page that shows records."""

from __future__ import annotations

from app.catalogue import CatalogueEntry
from app.records.five_lines import FiveLines, LineWords, ShortLine
from app.records.record import Record
from app.web.shell.access import services
from app.web.shell.language import current_language


def entry_lines(entry: CatalogueEntry) -> tuple[ShortLine, ...]:
    """Return the lines of a version; raises InvalidRecord like the catalogue."""
    return line_words().lines(entry_five_lines(entry))


def entry_five_lines(entry: CatalogueEntry) -> FiveLines:
    """Return what the lines of a version say, before it is worded; raises InvalidRecord like the catalogue."""
    node = services()
    return node.five_lines.version(entry.ref, entry.digest, lambda: node.catalogue.record(entry))


def record_lines(record: Record) -> tuple[ShortLine, ...]:
    """Return the lines of a record, published or not."""
    return line_words().lines(services().five_lines(record))


def line_words() -> LineWords:
    """Return what words lines in the language of this request."""
    return LineWords(services().schemas, current_language())
