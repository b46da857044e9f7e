"""Figures in German text: numbers with their unit, read the same way in a record and in its dossier.

`figures("5,4 Mio. Euro bis 2027")` gives `Figure(5400000.0, "euro")` and `Figure(2027.0, "year")`.
A number whose following word names no known unit has the unit "" and compares with any unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

WORDS = {
    "niemand": 0, "kein": 0, "keine": 0,
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10,
    "elf": 11, "zwölf": 12, "dreizehn": 13, "sechzehn": 16, "zwanzig": 20, "dreißig": 30, "fünfzig": 50,
    "eine": 1, "einen": 1, "ein": 1, "anderthalb": 1.5, "halben": 0.5, "halbe": 0.5, "dreimal": 3, "zweimal": 2,
    "hundert": 100,
    "doppelt": 2, "zweistellig": 10, "erste": 1, "zweite": 2, "dritte": 3, "vierte": 4, "zweiten": 2, "dritten": 3,
    "vierten": 4, "fünften": 5, "zweiter": 2, "dritter": 3, "zweites": 2, "drittel": 3, "viertel": 4, "dutzend": 12,
}  # fmt: skip
SCALES = {"mio": 1e6, "million": 1e6, "millionen": 1e6, "mrd": 1e9, "milliarden": 1e9, "tausend": 1e3, "cent": 0.01}
UNITS = {
    "euro": ("euro", "€", "eur"),
    "percent": ("prozent", "%"),
    "km2": ("quadratkilometer", "km²"),
    "km": ("kilometer", "km"),
    "metre": ("meter", "m"),
    "millimetre": ("millimeter", "mm"),
    "trip": ("fahrt",),
    "passenger": ("fahrgast", "fahrgäst"),
    "inhabitant": ("einwohn",),
    "sensor": ("sensor",),
    "hour": ("stunde", "wochenstunde"),
    "month": ("monat",),
    "week": ("woche",),
    "member": ("mitglied",),
    "village": ("dorf", "dörfer"),
}
MONTHS = (
    "januar", "februar", "märz", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "dezember",
)  # fmt: skip

_DATE = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2}\.|[A-ZÄ][a-zä]+)\s?((?:19|20)\d\d)?\b")
_NUMBER = re.compile(r"(?<![\w.,])(\d{1,3}(?:[.\u202f\u00a0]\d{3})+|\d+)(?:,(\d+))?(?![\d])")
_WORD = re.compile(r"[^\W\d_]+\.?|[%€]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and its unit class; `unit` is "" where the text names none that is known."""

    number: float
    unit: str = ""

    def agrees(self, other: Figure) -> bool:
        """Same number, and no two different known units.

        "9,1 statt 17,6 Mio. Euro" names its scale and unit once, so a figure without unit may lack the scale too.
        """
        loose = not self.unit or not other.unit
        high, low = max(self.number, other.number), min(self.number, other.number)
        return any(abs(low * scale - high) < 1e-6 for scale in ((1, 1e3, 1e6, 1e9) if loose else (1,))) and (
            self.unit == other.unit or loose
        )


def unit_of(words: str, within: int = 3) -> str:
    """The unit class named by the first `within` words after a number."""
    for word in (found.group().lower().rstrip(".") for found in list(_WORD.finditer(words))[:within]):
        for unit, stems in UNITS.items():
            if any(word == stem if len(stem) < 4 else word.startswith(stem) for stem in stems):
                return unit
    return ""


def _scaled(number: float, rest: str) -> tuple[float, str]:
    found = _WORD.match(rest.lstrip())
    scale = SCALES.get(found.group().lower().rstrip(".")) if found else None
    if not found or not scale:
        return number, rest
    after = rest.lstrip()[found.end() :]
    return number * scale, f"Euro {after}" if scale < 1 else after


def figures(text: str) -> Iterator[Figure]:
    """Every figure written in digits. Dates come as their year, month and day are left out."""
    text = re.sub(r"\b((?:19|20)\d\d)/(\d\d)\b", lambda m: f"{m.group(1)} {m.group(1)[:2]}{m.group(2)}", text)
    text = _DATE.sub(lambda m: f" {m.group(3) or ''} " if _is_month(m.group(2)) else m.group(0), text)
    for found in _NUMBER.finditer(text):
        whole = re.sub(r"[.\u202f\u00a0]", "", found.group(1))
        number = float(f"{whole}.{found.group(2) or 0}")
        plain_year = found.group(1) == whole and not found.group(2) and 1900 <= number <= 2099
        number, rest = _scaled(number, text[found.end() : found.end() + 60])
        unit = unit_of(re.split(r"[,;:()\d]", rest)[0], within=1 if plain_year else 3)
        yield Figure(number, "year" if plain_year and not unit else unit)


def spelled(text: str) -> Iterator[Figure]:
    """Figures written as words; a dossier may spell out what a record writes in digits."""
    for found in re.finditer(r"[^\W\d_]+", text):
        word = found.group().lower()
        value = WORDS.get(word)
        if value is None and (stem := next((w for w in WORDS if len(w) > 3 and word.startswith(w)), None)):
            value = WORDS[stem]
        if value is not None:
            number, rest = _scaled(float(value), text[found.end() : found.end() + 60])
            yield Figure(number, unit_of(re.split(r"[,;:()\d]", rest)[0]))


def _is_month(word: str) -> bool:
    number = word.rstrip(".")
    return (number.isdigit() and 1 <= int(number) <= 12) or word.lower() in MONTHS
