"""Rules for figures: a unit and a date, at most two mentions, a self-contained statement; and amounts of costs.

Readers find a statement in a search or a list, without the sentence before it and its table. Figures without unit and
date cannot be compared, and reading a figure a third time wastes the reader's time.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain

from app.records.checks.sound_record import SoundRecord
from app.records.five_lines.costs import MAX_NAME_LENGTH, ONE_TIME, TOTAL, CostSum, amount_of
from app.records.json_value import JsonValue
from app.records.problem import Problem
from app.records.schema import FieldSpec
from app.records.sentences import plain

_YEAR = r"(?:19|20)\d\d"
_MONTH = r"(?:Jan|Feb|März|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)"
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"(?<![\w.,–-])\d[\d.,]*(?![\w-])")
_DATED = re.compile(
    rf"\b{_YEAR}\b|\b(?:heute|derzeit|aktuell|undatiert\w*|ohne (?:Datum|Jahr|Stand)|(?:Datum|Jahr|Stand) unbekannt)\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?<!\S)(?P<before>\S{1,60})\s+(?:(?:rund|etwa|über|knapp|mehr als)\s+)?"
    r"(?P<number>\d[\d.,]*\d|\d)(?P<end>[.;!?)]+)(?P<after>\s+\S+|$)"
)
_ORDINAL = re.compile(r"(?:sein|ihr|ein|jed)\w*|am|dem|den|der|des|die|das|vom|zum|im|bis|ab|seit", re.IGNORECASE)
_AGE = re.compile(r"\s*(?:Jahren?|Jährige\w*)\b")
_DATED_SECTIONS = frozenset({"results", "cost"})


def figures(subject: SoundRecord) -> Iterator[Problem]:
    """Report figures of the front matter and of the body that lack a unit or a date."""
    for path, spec, value in subject.values:
        if isinstance(value, Mapping) and spec.properties:
            yield from _entry(subject, path, spec, value)
    dated = {str(entry["key"]) for _, entry in subject.objects("sources") if entry.get("date", "unknown") != "unknown"}
    for section, blocks in subject.blocks.items():
        for block in blocks:
            text = block.plain
            if not _DIGIT.search(text):
                continue
            number = None if block.is_table else _bare_number(text)
            if number:
                yield subject.warning("figure_without_unit", f"body.{section}", block.line, number=number)
            if (
                section in _DATED_SECTIONS
                and _figure(text)
                and not _DATED.search(text)
                and not dated & {*block.sources}
            ):
                yield subject.warning("figure_without_date", f"body.{section}", block.line, number=_figure(text))


def _entry(subject: SoundRecord, path: str, spec: FieldSpec, value: Mapping[str, object]) -> Iterator[Problem]:
    for figure, day in (("population", "population_as_of"), ("setup", "as_of"), ("annual", "as_of")):
        if figure in value and spec.part(day) and day not in value:
            yield subject.warning("figure_without_date", f"{path}.{figure}", number=str(value[figure]))
    statement = value.get("statement")
    if isinstance(statement, str) and spec.part("value") and not {"value", "after"} & {*value}:
        number = _figure(statement)
        if number:
            yield subject.warning("figure_not_structured", f"{path}.statement", number=number)


def _figure(text: str) -> str:
    """Return the first number of at least two digits that is not a year, day or age, or ""."""
    for found in _NUMBER.finditer(text):
        number = found[0].rstrip(".,")
        after = text[found.start() + len(number) :]
        is_day = re.match(rf"\.?\s*{_MONTH}", after)
        if len(number) > 1 and not (is_day or _AGE.match(after) or re.fullmatch(_YEAR, number)):
            return number
    return ""


def _bare_number(text: str) -> str:
    """Return the first number that ends a sentence without its unit ("stieg auf 300."; not "Phase 2."), or ""."""
    for found in _BARE.finditer(text):
        # It may continue an enumeration of numbers, or share the unit of a number shortly before.
        goes_on = re.search(r"\d[\d.,]*\s+(?:\S+\s+){0,6}(?:\S+\s+)?$", text[: found.start("number")])
        if not (re.fullmatch(_YEAR, found["number"]) or _names(found) or goes_on):
            return found["number"]
    return ""


def _names(found: re.Match[str]) -> bool:
    before = found["before"].lstrip("(„")
    is_date = found["end"] == "." and re.match(rf"\s+{_MONTH}", found["after"])
    is_ordinal = found["end"].startswith(".") and _ORDINAL.fullmatch(before) and found["after"]
    is_label = before[:1].isupper() or before[:1].isdigit() or before.endswith((".", ":", "–", "-", "§", "/"))
    return bool(is_date or is_ordinal or is_label)


MAX_PLACES = 2
"""Places of a record that may mention the same figure, such as the summary and the results."""

_FIGURE = re.compile(r"(?<![\w.,–-])(\d[\d.]*(?:,\d+)?)[\s\u00a0]*(Mio\.?|Millionen|Tsd\.?|%|€|[A-Za-zÄÖÜäöü]{2,})")
_NO_UNIT = re.compile(
    r"(?:Jan|Feb|März|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)|(?:Uhr|und|oder|bis|von|der|die|das|im|in|am|auf|aus|für)$"
)
_SCALES = {"mio": 1e6, "millionen": 1e6, "tsd": 1e3}
_NAMES = {"%": "prozent", "€": "euro", "eur": "euro"}
_STEM = 4
"""Letters by which units are compared: Nutzende and Nutzer are the same, Fahrten and Fahrgäste are not."""
_SMALLEST = 10

_Figure = tuple[float, str]


def repeated_figures(subject: SoundRecord) -> Iterator[Problem]:
    """Report a number with its unit that more than two places of a record mention."""
    told: dict[_Figure, tuple[str, list[str]]] = {}
    for path, text in _places(subject):
        for figure, words in dict(_figures(text)).items():
            told.setdefault(figure, (words, []))[1].append(path)
    for words, paths in told.values():
        if len(paths) > MAX_PLACES:
            yield subject.warning("figure_repeated", paths[MAX_PLACES], figure=words, count=str(len(paths)))


def _places(subject: SoundRecord) -> Iterator[tuple[str, str]]:
    """Yield path and text of each place that mentions figures; an entry of a list is one place."""
    yield "summary", str(subject.front.get("summary", ""))
    note = subject.front.get("outcome_note")
    if isinstance(note, Mapping):
        yield "outcome_note.text", str(note["text"])
    for path, entry in chain(subject.objects("results"), subject.objects("costs")):
        yield path, _told_by(entry)
    for path, lesson in subject.objects("lessons"):
        keys = ("statement", "because", "recommendation", "impact")
        yield path, ". ".join(str(lesson[key]) for key in keys if key in lesson)
    for section in ("results", "cost"):
        yield f"body.{section}", " ".join(block.text for block in subject.blocks.get(section, ()))


def _told_by(entry: Mapping[str, JsonValue]) -> str:
    values = [f"{entry[key]} {entry['unit']}" for key in ("value", "before", "after") if key in entry]
    amount = [f"{entry['amount']} Euro"] if "amount" in entry else []
    texts = [str(entry[key]) for key in ("statement", "what") if key in entry]
    return ". ".join([*texts, *(text.replace(".", ",") for text in [*values, *amount])])


def _figures(text: str) -> Iterator[tuple[_Figure, str]]:
    words = plain(text)
    for found in _FIGURE.finditer(words):
        number, unit = found[1].rstrip("."), found[2]
        if re.fullmatch(_YEAR, number) or _NO_UNIT.match(unit):
            continue
        value = float(number.replace(".", "").replace(",", "."))
        scale = _SCALES.get(unit.rstrip(".").lower())
        if scale:
            rest = words[found.end() :].split()
            value, unit = value * scale, rest[0] if rest else ""
        if value >= _SMALLEST:
            name = unit.strip(".,;:()").lower()
            yield (value, _NAMES.get(name, name)[:_STEM]), found[0]


_POINTER = re.compile(
    r"(?:Sie|Er|Ihm|Ihnen|Es (?:sind|waren)|Dies\w*|Letztere\w*|Beides?|Dort|Dazwischen|Dann|Danach|Daneben|Außerdem"
    r"|Zugleich|Da(?:zu|von|für|bei|durch|raus|runter|ran|rin|gegen|vor)|Damit(?= (?:war|ist|sind|hat|wurde))|\w+ davon"
    r"|Zur (?:selben|gleichen) Zeit|Das(?! \w+en? [A-ZÄÖÜ])(?= [a-zäöüß]))(?!\w)"
)
"""Initial words that refer to the text before, as "Das ersparte 3 Tonnen", unlike "Das gesamte Programm"."""
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


def statements(subject: SoundRecord) -> Iterator[Problem]:
    """Report statements that start by referring back, lack the figure of their entry, or occur twice."""
    told: set[str] = set()
    for path, entry in chain.from_iterable(subject.objects(name) for name in ("results", "facts", "lessons")):
        text = str(entry["statement"])
        if found := _POINTER.match(text):
            yield subject.warning("statement_points_back", f"{path}.statement", word=found[0])
        values = [float(str(entry[key])) for key in ("value", "after") if key in entry]
        if values and not set(values) & _told(text):
            figure = f"{entry.get('value', entry.get('after'))} {entry.get('unit', '')}".strip()
            yield subject.warning("statement_without_figure", f"{path}.statement", figure=figure)
        said = " ".join(re.findall(r"\w+", text.casefold()))
        if said in told:
            yield subject.warning("statement_doubled", f"{path}.statement")
        told.add(said)


def _told(text: str) -> set[float]:
    """Return the numbers in a text, each in any scale, so that "3,5 Mio." matches 3.5 as well as 3500000."""
    digits = [
        float(one.rstrip(".").replace(".", "").replace(",", ".")) for one in re.findall(r"\d[\d.]*(?:,\d+)?", text)
    ]
    words = (_TIMES.sub("", word) for word in re.findall(r"\w+", text.casefold()))
    return {
        round(number * scale, 4)
        for number in (*digits, *(_WORDS[word] for word in words if word in _WORDS))
        for scale in (1.0, 1e3, 1e6, 1e9)
    }


_MAX_RATIO = 3
"""Amounts that differ by this factor or more cannot be for the same thing, whatever the sources say."""


def costs(subject: SoundRecord) -> Iterator[Problem]:
    """Report amounts that the line on costs can neither show as the total cost nor name."""
    entries = [(path, amount_of(entry)) for path, entry in subject.objects("costs")]
    parts = CostSum(amounts=tuple(amount for _, amount in entries)).parts
    for path, amount in entries:
        if amount in parts and len(amount.what) > MAX_NAME_LENGTH:
            yield subject.warning("cost_not_named", f"{path}.what", limit=str(MAX_NAME_LENGTH))
    told: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for path, amount in entries:
        if amount.is_whole:
            # Group the amounts of which the line can show only one.
            sort = "planned" if amount.is_planned else "running" if amount.is_running else amount.kind
            told[sort].append((path, amount.value))
    for sort, several in told.items():
        values = [value for _, value in several]
        is_once = sort in {TOTAL, ONE_TIME}
        if len(several) > 1 and not (is_once and max(values) < _MAX_RATIO * min(values)):
            yield subject.warning("costs_contradict", f"{several[-1][0]}.covers")
