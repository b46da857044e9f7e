"""Rules for German prose: long sentences, many passives, and readability out of range."""

import re
from collections.abc import Iterator, Sequence

from app.records.checks.sound_record import SoundRecord
from app.records.problem import Problem
from app.records.sentences import plain, sentences, syllables, words

# The German passive consists of `werden` and a participle, recognised in one sentence by their form. That misses some
# and takes some adjectives for participles; as a share of a whole record it is good enough for a hint.
_AUXILIARY = re.compile(r"\b[Ww](?:ird|erden|urden?|orden|ürden?)\b")
# The lengths are limited so that no text makes the search slow.
_PARTICIPLE = re.compile(
    r"\b(?:[a-zäöü]{0,25}ge[a-zäöüß]{2,25}(?:t|en)"
    r"|(?:be|ver|er|ent|zer|miss|über|unter|wider)[a-zäöüß]{3,25}(?:t|en)"
    r"|[a-zäöü]{3,25}iert)\b"
)
# Infinitives and other words of the same form that occur with werden (as future) or with "zu".
# fmt: off
_NO_PARTICIPLE = frozenset({
    "gegen", "gemeinden", "gelegenheiten", "gebieten", "gesamten", "geeignet", "bereit", "berechtigt", "bekannt",
    "beliebt", "besser", "verschieden", "verschiedenen", "unterschiedlichen", "erheben", "bekommen", "gewesen",
    "gestalten", "gelten", "gehen", "geben", "genügen",
})
# fmt: on


def is_passive(sentence: str) -> bool:
    """Return whether the sentence looks like a passive one."""
    if not _AUXILIARY.search(sentence):
        return False
    return any(word not in _NO_PARTICIPLE for word in _PARTICIPLE.findall(sentence))


def passive_share(texts: list[str]) -> float:
    """Return the share of passive sentences between 0 and 1."""
    return sum(map(is_passive, texts)) / len(texts) if texts else 0.0


def flesch_amstad(sentences: Sequence[Sequence[str]]) -> float:
    """Return the reading ease of sentences (0 a statute, 100 a primer): Flesch adapted to German, Amstad 1978."""
    found = [word for sentence in sentences for word in sentence if not word[0].isdigit()]
    if not found:
        return 100.0
    return 180 - len(found) / len(sentences) - 58.5 * sum(map(syllables, found)) / len(found)


MAX_SENTENCE_WORDS = 25
"""Words per sentence."""
MAX_PASSIVE_SHARE = 0.15
"""Share of passive sentences; the records of the first release have 0 to 6 per cent."""
READABILITY_RANGE = (40.0, 80.0)
"""Range of the Flesch-Amstad index; the records of the first release have 48 to 69, half of them 58 or more."""

_MIN_SENTENCES = 20
"""Sentences below which a share means nothing."""
_MIN_PROSE_LENGTH = 200
"""Fields that allow at least this many characters are prose; shorter ones are names."""
_NO_PROSE = frozenset({"sources", "media", "links", "translations"})


def language(subject: SoundRecord) -> Iterator[Problem]:
    """Report long sentences, many passives and an index out of range; only for German texts."""
    if not str(subject.front.get("lang")).startswith("de"):
        return
    found: list[str] = []
    counted: list[list[str]] = []
    for path, line, text in _prose(subject):
        for sentence in sentences(text):
            found.append(sentence)
            counted.append(words(sentence))
            if len(counted[-1]) > MAX_SENTENCE_WORDS:
                params = {"words": str(len(counted[-1])), "start": " ".join(sentence.split()[:6])}
                yield subject.warning("long_sentence", path, line, limit=str(MAX_SENTENCE_WORDS), **params)
    if len(found) >= _MIN_SENTENCES:
        yield from _overall(subject, found, flesch_amstad(counted))


def _overall(subject: SoundRecord, found: list[str], index: float) -> Iterator[Problem]:
    share = passive_share(found)
    line = subject.draft.document.body_line
    if share > MAX_PASSIVE_SHARE:
        example = next(sentence for sentence in found if is_passive(sentence))
        params = {"share": f"{share:.0%}", "limit": f"{MAX_PASSIVE_SHARE:.0%}", "example": example[:80]}
        yield subject.warning("passive_fog", "body", line, **params)
    low, high = READABILITY_RANGE
    if not low <= index <= high:
        params = {"index": f"{index:.0f}", "low": f"{low:.0f}", "high": f"{high:.0f}"}
        yield subject.warning("readability", "body", line, **params)


def _prose(subject: SoundRecord) -> Iterator[tuple[str, int, str]]:
    for path, spec, value in subject.values:
        is_prose = (spec.max_length or 0) >= _MIN_PROSE_LENGTH and not spec.pattern
        if is_prose and isinstance(value, str) and path.partition(".")[0] not in _NO_PROSE:
            yield path, 0, plain(value)
    for section, blocks in subject.blocks.items():
        for block in blocks:
            if not block.is_table:
                yield f"body.{section}", block.line, block.plain
