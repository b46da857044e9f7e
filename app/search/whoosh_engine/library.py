"""The one place where Whoosh is imported: it warns while it is compiled, and it has no types."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

with warnings.catch_warnings():
    # Whoosh 2.7.4 was written for Python 3.3: string escapes and comparisons that newer compilers
    # warn about. With warnings as errors it could not be imported at all.
    warnings.simplefilter("ignore")
    from whoosh import fields, formats, index, writing
    from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher
    from whoosh.columns import VarBytesColumn
    from whoosh.filedb.filestore import FileStorage
    from whoosh.filedb.filetables import FileFormatError
    from whoosh.matching import FilterMatcher
    from whoosh.reading import SegmentReader
    from whoosh.util.filelock import try_for

__all__ = [
    "FileFormatError",
    "FileStorage",
    "VarBytesColumn",
    "codec",
    "fields",
    "formats",
    "index",
    "try_for",
    "writing",
]


def codec() -> Any:
    """The codec to write with. Whoosh would ask the disk for a length with every posting; we keep our own."""
    made = W3Codec()
    made.length_stats = False
    return made


def merged(writer: Any, segments: Sequence[Any]) -> None:
    """Put what these segments hold into the one that is being written; the caller leaves them out of the commit."""
    for segment in segments:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()


Reader = Any
"""A reader over all segments of the index."""
Writer = Any
"""A `SegmentWriter`."""


def posting_blocks(reader: Reader, field: str, term: bytes) -> Iterator[tuple[Sequence[int], Sequence[float]]]:
    """Documents of a term in one segment with their weights, deleted ones included, a block at a time.

    Whoosh has no way to ask for more than one posting, and asking takes three calls: that would be most of a search.
    """
    matcher = reader.postings(field, term)
    if isinstance(matcher, FilterMatcher):
        matcher = matcher.child
    if not isinstance(matcher, W3LeafMatcher):
        while matcher.is_active():
            yield (matcher.id(),), (matcher.weight(),)
            matcher.next()
        return
    while matcher.is_active():
        matcher._read_ids()  # noqa: SLF001 - see above; the release is pinned and will not change
        matcher._read_weights()  # noqa: SLF001
        yield matcher._ids, matcher._weights  # noqa: SLF001
        matcher._next_block()  # noqa: SLF001
