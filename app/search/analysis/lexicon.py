"""The German words from which compounds are built, and the word lists stored as plain text in this package.

simplemma's dictionary holds 1.1 million forms and takes 110 MB when read as a mapping. The words needed to split
compounds are kept here as three sets of base forms, about 70 MB. Set-up saves them as a file of 5 MB, which comes with
the wheel and is read in 0.1 s. Without it, or with another release of the dictionary, a process extracts them in 3 s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from itertools import chain
from pathlib import Path

from app.shared.config import PROJECT_ROOT

SAVED = PROJECT_ROOT / "build" / "lexicon" / "words.txt"
_DATA = files("app.search.analysis") / "data"


def read_text(name: str) -> str:
    """Return the whole text of a data file of this package."""
    return (_DATA / name).read_text(encoding="utf-8")


def read_words(name: str) -> frozenset[str]:
    """Return the words of a list, separated by spaces or lines; '#' starts a comment."""
    lines = (line.partition("#")[0] for line in read_text(name).splitlines())
    return frozenset(word for line in lines for word in line.split())


def read_mapping(name: str) -> dict[str, str]:
    """Return the pairs of a list with lines 'word: value'; '#' starts a comment."""
    pairs: dict[str, str] = {}
    for line in read_text(name).splitlines():
        key, separator, value = line.partition("#")[0].partition(":")
        if separator:
            pairs[key.strip()] = value.strip()
    return pairs


SHORT = 4
"""Letters; parts up to this length must be in a list chosen by hand."""
LONGEST = 24
"""Letters; longer dictionary words are compounds themselves and add nothing as parts."""
DEVERBAL_ENDINGS = ("ung", "ungen", "ende", "ender", "enden", "endes")
UMLAUTS = frozenset("äöü")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Base forms: nouns, first parts, infinitives; `curated` first parts are treated as nouns."""

    nouns: frozenset[str]
    modifiers: frozenset[str]
    verbs: frozenset[str]
    curated: frozenset[str] = frozenset()

    def knows(self, word: str) -> bool:
        """Return whether the word is a base form of any kind."""
        return word in self.nouns or word in self.verbs or word in self.modifiers

    def derived(self, word: str) -> str | None:
        """Return the verb of a noun in -ung, or the noun in -ung of a verb: Warnung and warnen."""
        for ending in ("en", "n"):
            if word.endswith("ung") and word.removesuffix("ung") + ending in self.verbs:
                return word.removesuffix("ung") + ending
            if word in self.verbs and word.removesuffix(ending) + "ung" in self.nouns:
                return word.removesuffix(ending) + "ung"
        return None

    def is_deverbal(self, word: str) -> bool:
        """Return whether the word is derived from a known verb: Versendung from versenden, Reisende from reisen."""
        for ending in DEVERBAL_ENDINGS if word.endswith(DEVERBAL_ENDINGS) else ():
            stem = word.removesuffix(ending)
            if stem != word and (stem + "en" in self.verbs or stem + "n" in self.verbs):
                return True
        return False


def load_lexicon(saved: Path = SAVED) -> Lexicon:
    """Read the lexicon from `saved` if it matches the installed dictionary, otherwise from the dictionary."""
    nouns, modifiers, verbs = _read_saved(saved) or _extract()
    banned = read_words("banned_parts.txt")
    hand_made = read_words("municipal.txt") | read_words("short_parts.txt")
    curated = frozenset(word.removesuffix("-") for word in hand_made)
    return Lexicon(
        # Build the set at once: uniting several sets takes twice the memory.
        nouns=frozenset(chain(nouns - banned, (word for word in hand_made if not word.endswith("-")))),
        modifiers=(modifiers - banned) | curated,
        verbs=verbs,
        curated=curated,
    )


def _heading() -> str:
    return f"simplemma {version('simplemma')}"


def _extract() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    # Imported only here, so that the mapping is freed once the base forms are extracted.
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory  # noqa: PLC0415

    dictionary = DefaultDictionaryFactory().get_dictionary("de")
    nouns: set[str] = set()
    modifiers: set[str] = set()
    verbs: set[str] = set()
    for form, lemma in dictionary.items():
        if not SHORT < len(form.replace("ß", "ss")) <= LONGEST or not form.isalpha():
            continue
        lower = form.lower()
        if form[0].isupper():
            if form == lemma or _is_noun(form, lemma, dictionary):
                # The dictionary has some words only in the old spelling: Beschluß.
                nouns.update((lower, lower.replace("ß", "ss")))
        elif form == lemma:
            _add_lower_case(lower, modifiers, verbs)
    return frozenset(nouns), frozenset(modifiers), frozenset(verbs)


def _is_noun(form: str, lemma: str, dictionary: Mapping[str, str]) -> bool:
    """Return whether a form counts as a base form although the dictionary gives another one for it."""
    if form.lower() + "n" == lemma:
        return True  # It takes some nouns for verbs: Futter for futtern.
    if form == lemma + "e" and dictionary.get(form + "n") == form:
        return True  # It takes some nouns for plurals: Quelle for Quell, although Quellen leads to Quelle.
    # Städte, Häuser: no linking element turns the base form into these.
    umlauts = UMLAUTS.intersection(form.lower()) and not UMLAUTS.intersection(lemma.lower())
    return bool(umlauts) and not form.endswith("n")


def _add_lower_case(word: str, modifiers: set[str], verbs: set[str]) -> None:
    if not word.endswith("n"):
        modifiers.add(word)
        return
    verbs.add(word)
    stem = word.removesuffix("n").removesuffix("e")
    if len(stem) > SHORT:
        modifiers.add(stem)


def _read_saved(path: Path) -> tuple[frozenset[str], frozenset[str], frozenset[str]] | None:
    try:
        first, *lists = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return None
    if first != _heading() or len(lists) != 3:
        return None
    nouns, modifiers, verbs = (frozenset(line.split(" ")) for line in lists)
    return nouns, modifiers, verbs


def save_lexicon(path: Path = SAVED) -> None:
    """Write the words of the installed dictionary to a file that `load_lexicon` reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([_heading(), *(" ".join(sorted(words)) for words in _extract())]), encoding="utf-8")


if __name__ == "__main__":
    save_lexicon()
