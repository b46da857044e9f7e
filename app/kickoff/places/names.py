"""Names of places: how town halls write them, and how they are compared."""

import re
import unicodedata
from collections.abc import Mapping

_COMPLETE = re.compile(r"kreis|^(?:region|städteregion|regionalverband)\b", re.IGNORECASE)

KIND_WORDS = frozenset(
    {
        "Amt", "Kreis", "Landkreis", "Region", "Regionalverband", "Samtgemeinde", "Städteregion", "Verbandsgemeinde",
        "Verwaltungsgemeinschaft", "Verwaltungsverband", "Kirchspielslandgemeinde",
    }
)  # fmt: skip
"""First words in full names of districts and associations."""


def without_title(name: str) -> str:
    """Return the name without the title after the comma: "Kiel, Landeshauptstadt" becomes "Kiel"."""
    return name.partition(",")[0].strip()


def with_kind(word: str, name: str) -> str:
    """Return the full name: "Landkreis Fulda" for "Fulda", but "Bodenseekreis" and "Region Hannover" unchanged."""
    told = _COMPLETE.search(name) or re.search(rf"\b{re.escape(word)}\b", name, re.IGNORECASE)
    return name if told else f"{word} {name}"


def proper_name(full_name: str) -> str:
    """Return the name without a leading kind: "Landkreis Fulda" becomes "Fulda", "Bodenseekreis" is unchanged."""
    first, _, rest = full_name.partition(" ")
    return rest if rest and first in KIND_WORDS else full_name


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SEPARATORS = re.compile(r"[\W_]+")
_COMBINING = re.compile(r"[\u0300-\u036f]")
_SAINT = re.compile(r"\bsankt\b")

DISTRICT, ASSOCIATION = "district", "municipal_association"

_CITIES = ("independent_city", "city_state", "town", "unknown")
_MEANT: Mapping[tuple[str, ...], tuple[str, ...]] = {
    (DISTRICT,): ("kr", "kreis", "landkreis", "lk", "lkr"),
    (ASSOCIATION,): (
        "amt", "gemeindeverwaltungsverband", "gvv", "samtgemeinde", "sg", "verbandsgemeinde", "verwaltungsgemeinschaft",
        "verwaltungsverband", "vg", "vgem",
    ),
    ("state",): ("bundesland", "freistaat", "land"),
    ("municipality", "town", "unknown"): ("gde", "gem", "gemeinde", "markt", "ortsgemeinde"),
    _CITIES: (
        "hansestadt", "kreisfreie", "kreisstadt", "landeshauptstadt", "stadt", "stadtkreis", "universitaetsstadt",
        "universitatsstadt",
    ),
}  # fmt: skip
FORMS_OF_ADDRESS: Mapping[str, tuple[str, ...]] = {word: kinds for kinds, words in _MEANT.items() for word in words}
"""Words that people add to a place's name, spelled as `folded` does, and the kinds of places they mean."""


def without_form(wanted: str) -> tuple[str, tuple[str, ...]]:
    """Return a folded name without a leading or trailing word for the kind of place, and the kinds it means."""
    first, _, rest = wanted.partition(" ")
    if rest and first in FORMS_OF_ADDRESS:
        return rest, FORMS_OF_ADDRESS[first]
    front, _, last = wanted.rpartition(" ")
    if front and last in FORMS_OF_ADDRESS:
        return front, FORMS_OF_ADDRESS[last]
    return "", ("",)


_SHORT = (
    (r"a\.\s?d\.", "an der"), (r"i\.\s?d\.", "in der"), (r"v\.\s?d\.", "vor der"),
    (r"a\.", "am"), (r"b\.", "bei"), (r"i\.", "im"), (r"o\.", "ob"),
)  # fmt: skip
_ADDITION = re.compile(
    r"\s*[(/,].*|\s+(?:[abiouv]\.|am|an|auf|bei|beim|im|in|ob|ohne|unter|vor|zu|zum)\s?.*$", re.IGNORECASE
)


def written_out(name: str) -> str:
    """Return the name without abbreviations of official lists: "Wörth a.d. Donau" becomes "Wörth an der Donau"."""
    for short, long in _SHORT:
        name = re.sub(rf"(?<=\s){short}\s?(?=\w)", f"{long} ", name)
    return name


def bare_name(name: str) -> str:
    """Return the name without its distinguishing addition, folded: "Weingarten (Pfalz)" becomes "weingarten"."""
    return folded(_ADDITION.sub("", name)) or folded(name)


_LINKS = frozenset({"a", "am", "an", "auf", "b", "bei", "beim", "d", "der", "i", "im", "in", "v", "vor", "zu", "zum"})


def shortens(short: str, addition: str) -> bool:
    """Return whether folded words abbreviate an addition: "oldb" for "oldenburg", "a m" for "am main"."""
    given, whole = ([word for word in words.split() if word not in _LINKS] for words in (short, addition))
    told = short.split()[-1:] == given[-1:] != []
    return told and len(given) <= len(whole) and all(map(_in_order, given, whole))


def _in_order(letters: str, word: str) -> bool:
    rest = iter(word)
    return letters[:1] == word[:1] and all(letter in rest for letter in letters)


def folded(text: str) -> str:
    """Return the spelling with ae, oe, ue: "Köln" and "Koeln" become "koeln", "Groß-Gerau" becomes "gross gerau"."""
    return _words(_bare(unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)))


def spellings(name: str) -> tuple[str, ...]:
    """Return all spellings that find a name: "koeln", as from `folded`, and for keyboards without ö "koln"."""
    first = folded(name)
    return (first,) if name.isascii() else tuple(dict.fromkeys((first, _words(_bare(name.casefold())))))


def _bare(text: str) -> str:
    return text if text.isascii() else _COMBINING.sub("", unicodedata.normalize("NFKD", text))


def _words(text: str) -> str:
    return _SAINT.sub("st", _SEPARATORS.sub(" ", text).strip())
