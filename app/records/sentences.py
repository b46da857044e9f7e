"""Splits text into sentences, words and syllables, and separates a record's words from those of the interface."""

import re
from collections.abc import Iterator, Sequence

_FOOTNOTE = re.compile(r"\[\^[^\]\s]*\]")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_ADDRESS = re.compile(r"<?https?://\S+")
_MARKS = re.compile(r"[*_`#>]+")
_END = re.compile(r"(?<=[.!?:])[»“”\")]*\s+")
_MAX_ABBREVIATION_LENGTH = 40
_WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:[-’'][A-Za-zÀ-ÿ]+)*|\d[\d.,:]*")
_VOWELS = re.compile(r"(?:aa|ee|oo|ie|ei|ai|au|äu|eu|ey|ay|[aeiouyäöüàáâèéêëìíîïòóôùúû])")
# A full stop after these does not end a sentence, nor does one after a number ("1. Januar", "am 3. Mai").
# fmt: off
_ABBREVIATIONS = frozenset({
    "z", "b", "d", "h", "u", "a", "i", "v", "m", "o", "g", "bzw", "ca", "vgl", "usw", "etc", "nr", "art", "abs",
    "st", "dr", "prof", "mio", "mrd", "tsd", "ff", "f", "s", "evtl", "ggf", "inkl", "zzgl", "rd", "sog", "str",
    "jan", "feb", "apr", "jun", "jul", "aug", "sep", "sept", "okt", "nov", "dez", "e", "eu", "co",
})
# fmt: on


def plain(markdown: str) -> str:
    """Return the words of a text without footnotes, addresses and markup."""
    text = _LINK.sub(r"\1", _FOOTNOTE.sub("", markdown))
    return " ".join(_MARKS.sub("", _ADDRESS.sub("", text)).split())


def sentences(text: str) -> list[str]:
    """Return the sentences of a plain text; a colon ends one too, because a new thought starts after it."""
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if not _goes_on(text[max(start, end.start() - _MAX_ABBREVIATION_LENGTH) : end.start()]):
            found.append(text[start : end.start()].strip())
            start = end.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def whole_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a plain text for quoting, including what follows a colon."""
    begun = ""
    for sentence in sentences(text):
        begun = f"{begun} {sentence}".strip()
        if not begun.endswith(":"):
            yield begun
            begun = ""
    if begun:
        yield begun


def pieces(text: str, own: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield a text in pieces, each with whether it is one of `own`, the record's words, whose language may differ."""
    found = [text]
    if own and text not in own:
        longest_first = sorted(own, key=len, reverse=True)
        found = re.split(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)", text)
    yield from ((piece, piece in own) for piece in found if piece)


def words(text: str) -> list[str]:
    """Return the words and numbers of a text."""
    return _WORD.findall(text)


def syllables(word: str) -> int:
    """Return the number of syllables of a German word, counted as vowel groups, at least one."""
    return max(1, len(_VOWELS.findall(word.lower())))


def _goes_on(before: str) -> bool:
    if not before.endswith("."):
        return False
    last = re.split(r"[\s(„\"./-]", before[:-1])[-1]
    return last.lower() in _ABBREVIATIONS or (last.isdigit() and len(last) <= 2)
