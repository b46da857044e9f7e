"""Converts single values of a record to text in a field and back. Unreadable text stays for the schema to reject."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import unquote, urlsplit

from app.records.json_value import LARGEST_INTEGER, JsonValue
from app.records.schema import FieldSpec
from app.records.structure import numbered_lines
from app.web.contributing.form.steps import REFERENCES, is_long

# The same as in `app/records/document.py`, and what word processors leave between letters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \t\n\u00a0]+")
_TOP_HEADING = re.compile(r"##?[ \t]+(?P<title>.*?)(?:[ \t]*\{#[A-Za-z0-9_-]{1,80}\})?[ \t]*")
UNKNOWN = "unknown"
_UNKNOWN = {"de": "unbekannt", "en": UNKNOWN}
_MONTHS = (
    ("jan", "jän"), ("feb",), ("mär", "mae", "mar", "mrz"), ("apr",), ("mai", "may"), ("jun",), ("jul",), ("aug",),
    ("sep",), ("okt", "oct"), ("nov",), ("dez", "dec"),
)  # fmt: skip
_ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?")
_DOTTED = re.compile(r"(?:(?P<day>\d{1,2})\. ?)?(?P<month>\d{1,2})[./] ?(?P<year>\d{4})")
_WORDED = re.compile(r"(?:(?P<day>\d{1,2})\.? )?(?P<name>[^\W\d_]{3,9})\.? (?P<year>\d{4})")
_STORED = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_SEPARATORS = {"de": (".", ","), "en": (",", ".")}
_PLAIN_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,10})?")
_COPY = re.compile(r"(?:.*/)?r/(?P<origin>[^/]+)/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_DATES = frozenset({"date", "partialDate"})
_REF = re.compile(r"(?P<kind>[a-z-]+)/(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)")
YES, NO = "true", "false"


def clean(text: str) -> str:
    """Return the text with line feeds only and without invisible characters."""
    return _INVISIBLE.sub("", _BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """Return the text on one line, without spaces around it."""
    return _SPACES.sub(" ", clean(text)).strip()


def paragraphs(text: str) -> str:
    """Return a text of several lines without empty lines and spaces around it."""
    return "\n".join(line.rstrip() for line in clean(text).split("\n")).strip("\n")


def lines(text: str) -> list[str]:
    """Return the lines that hold something, each without spaces around it."""
    return [line for line in (one_line(line) for line in clean(text).split("\n")) if line]


def section_text(text: str) -> str:
    """Return Markdown for a section: headings of the page's own levels become headings within the section."""
    lines = []
    for _number, line, in_code in numbered_lines(paragraphs(text)):
        found = None if in_code else _TOP_HEADING.fullmatch(line)
        lines.append(f"### {found['title']}" if found else line)
    return "\n".join(lines)


def date_shown(value: str, lang: str) -> str:
    """Return a stored date as the field shows it: "17.09.2024", "09.2024", "2024" or "unbekannt" in German."""
    if value == UNKNOWN:
        return _UNKNOWN[lang]
    found = _STORED.fullmatch(value)
    if not found or lang != "de":
        return value
    return ".".join(part for part in reversed(found.groups()) if part)


def read_date(text: str) -> str:
    """Return a typed date in the notation of records; what is no date, or no day there is, comes back as it is."""
    if text.casefold() in {*_UNKNOWN.values(), "nicht bekannt", "not known"}:
        return UNKNOWN
    for pattern in (_ISO, _DOTTED, _WORDED):
        found = pattern.fullmatch(text)
        month = _month(found.groupdict()) if found else None
        if found and month is not None and _exists(found["year"], month, found["day"]):
            return "-".join(part for part in (found["year"], month, _two_digits(found["day"])) if part)
    return text


def _month(parts: dict[str, str | None]) -> str | None:
    """Return the number of the month in two digits, "" where none is given, None where it is no month."""
    if parts.get("month"):
        return _two_digits(parts["month"])
    name = (parts.get("name") or "").casefold()
    if not name:
        return ""
    return next((f"{number:02}" for number, names in enumerate(_MONTHS, 1) if name.startswith(names)), None)


def _exists(year: str, month: str, day: str | None) -> bool:
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True


def _two_digits(number: str | None) -> str:
    return number.zfill(2) if number else ""


def number_shown(value: float, lang: str) -> str:
    """Return a number as the field shows it: "1200,5" in German."""
    return str(value).replace(".", _SEPARATORS[lang][1])


def read_number(text: str, lang: str) -> float | str:
    """Return the number that was typed, an `int` where it is whole; what is no number comes back as it is."""
    group, point = _SEPARATORS[lang]
    digits = text.replace(" ", "").replace("\u202f", "").removesuffix("€")
    if re.fullmatch(rf"-?\d{{1,3}}(?:\{group}\d{{3}})+(?:\{point}\d+)?", digits):
        digits = digits.replace(group, "")
    plain = digits.replace(point, ".")
    if not _PLAIN_NUMBER.fullmatch(plain) or abs(float(plain)) > LARGEST_INTEGER:
        return text
    return float(plain) if "." in plain else int(plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """Writes values in the reader's language; `global_name` is the permanent address by origin and id, or ""."""

    lang: str = "de"
    routes: Mapping[str, str] = field(default_factory=dict)
    issuer: str = ""
    global_name: Callable[[str, str], str] = lambda _origin, _record_id: ""

    def shown(self, spec: FieldSpec, value: JsonValue) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return YES if value else NO
        if isinstance(value, int | float):
            return str(value) if spec.choices else number_shown(value, self.lang)
        if isinstance(value, str):
            return self._text(spec, value)
        if isinstance(value, Sequence):
            return "\n".join(self.shown(spec.items or spec, item) for item in value)
        return str(value)

    def read(self, spec: FieldSpec, text: str) -> JsonValue:
        """Return the value that was typed; an empty field is None."""
        if spec.type == "array":
            return [self.read(spec.items or spec, line) for line in lines(text)] or None
        if is_long(spec):
            return paragraphs(text) or None
        line = one_line(text)
        return self._value(spec, line) if line else None

    def _text(self, spec: FieldSpec, value: str) -> str:
        if spec.shape in _DATES:
            return date_shown(value, self.lang)
        found = _REF.fullmatch(value) if spec.key in REFERENCES else None
        if found and found["kind"] in self.routes:
            return f"/{self.routes[found['kind']]}/{found['slug']}"
        return value

    def _value(self, spec: FieldSpec, line: str) -> JsonValue:
        if spec.choices:
            return next((choice.value for choice in spec.choices if str(choice.value) == line), line)
        if spec.type == "boolean":
            return {YES: True, NO: False}.get(line, line)
        if spec.type in ("integer", "number"):
            return read_number(line, self.lang)
        if spec.shape in _DATES:
            return read_date(line)
        return self.reference(line) if spec.key in REFERENCES else line

    def reference(self, line: str) -> str:
        """Convert the address of a page here to a reference: "case-study/slug", or a foreign permanent address."""
        try:
            parts = urlsplit(line)
        except ValueError:
            return line
        if parts.netloc and not (self.issuer and line.startswith(f"{self.issuer}/")):
            return line
        path = unquote(parts.path).strip("/")
        if copy := _COPY.fullmatch(path):
            return self.global_name(copy["origin"], copy["id"]) or line
        steps = path.split("/")
        kinds = {route: kind for kind, route in self.routes.items()}
        return f"{kinds[steps[-2]]}/{steps[-1]}" if len(steps) > 1 and steps[-2] in kinds else line
