"""A statement stands alone: readers meet it in a search or a list, without the sentence before it and its table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from app.records.checks.sound_record import SoundRecord
from app.records.json_value import JsonValue
from app.records.problem import Problem

_POINTER = re.compile(
    r"(?:Sie|Er|Ihm|Ihnen|Es (?:sind|waren)|Dies\w*|Letztere\w*|Beides?|Dort|Dazwischen|Dann|Danach|Daneben|Außerdem"
    r"|Zugleich|Da(?:zu|von|für|bei|durch|raus|runter|ran|rin|gegen|vor)|Damit(?= (?:war|ist|sind|hat|wurde))|\w+ davon"
    r"|Zur (?:selben|gleichen) Zeit|Das(?! \w+en? [A-ZÄÖÜ])(?= [a-zäöüß]))(?!\w)"
)
"""Words at the beginning that mean what was told before, as "Das ersparte 3 Tonnen" and not "Das gesamte Programm"."""
_NUMBER = re.compile(r"\d[\d.]*(?:,\d+)?")
_WORDS = {
    **dict.fromkeys(("niemand", "kein", "keine", "keinen"), 0),
    **dict.fromkeys(("ein", "eine", "einen", "einem", "einer", "eines"), 1),
    **dict.fromkeys(("doppelt", "doppelte", "doppelten"), 2),
    "anderthalb": 1.5, "eineinhalb": 1.5, "zwei": 2, "zweieinhalb": 2.5, "drei": 3, "dreieinhalb": 3.5, "vier": 4,
    "viereinhalb": 4.5, "fünf": 5, "fünfeinhalb": 5.5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10,
    "elf": 11, "zwölf": 12, "dreizehn": 13, "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16, "zwanzig": 20,
    "dreißig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "achtzig": 80, "hundert": 100, "tausend": 1000,
}  # fmt: skip
_TIMES = re.compile(r"(?:fach\w{0,2}|mal)$")
_SCALES = (1.0, 1e3, 1e6, 1e9)


def statements(subject: SoundRecord) -> Iterator[Problem]:
    """Report statements that begin with a pointer, lack the figure that stands beside them, or stand there twice."""
    told: set[str] = set()
    for path, entry in chain.from_iterable(subject.objects(name) for name in ("results", "facts", "lessons")):
        text = str(entry["statement"])
        if found := _POINTER.match(text):
            yield subject.warning("statement_points_back", f"{path}.statement", word=found[0])
        values = [float(str(entry[key])) for key in ("value", "after") if key in entry]
        if values and not set(values) & _told(text):
            yield subject.warning("statement_without_figure", f"{path}.statement", figure=_figure(entry))
        said = " ".join(re.findall(r"\w+", text.casefold()))
        if said in told:
            yield subject.warning("statement_doubled", f"{path}.statement")
        told.add(said)


def _figure(entry: Mapping[str, JsonValue]) -> str:
    return f"{entry.get('value', entry.get('after'))} {entry.get('unit', '')}".strip()


def _told(text: str) -> set[float]:
    """Return the numbers that a text tells, each in any scale: "3,5 Mio." may stand beside 3.5 and beside 3500000."""
    digits = [float(one.rstrip(".").replace(".", "").replace(",", ".")) for one in _NUMBER.findall(text)]
    words = (_TIMES.sub("", word) for word in re.findall(r"\w+", text.casefold()))
    return {
        round(number * scale, 4)
        for number in (*digits, *(_WORDS[word] for word in words if word in _WORDS))
        for scale in _SCALES
    }
