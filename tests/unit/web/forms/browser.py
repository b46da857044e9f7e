"""What a browser sends for a form that nobody touched."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from app.records.record import Record
from app.records.record_reader import RecordReader
from app.records.schema import SchemaSet
from app.records.vocabulary import Vocabulary
from app.review.text.record_text import RecordText
from app.web.contributing.form.controls import Control, FormBuilder
from app.web.contributing.form.notation import Notation
from app.web.contributing.form.reader import ROWS, read_form
from app.web.contributing.form.steps import Widget

ROOT = Path(__file__).parents[4]


@cache
def schemas() -> SchemaSet:
    return SchemaSet.load(ROOT / "schemas")


@cache
def topics() -> Vocabulary:
    return Vocabulary.parse((ROOT / "content" / "vocabulary" / "topics.yaml").read_bytes())


def notation(lang: str = "de") -> Notation:
    return Notation(lang=lang, routes={kind.name: kind.route for kind in schemas().kinds}, issuer="https://n.example")


def controls(step: str, text: RecordText, kind: str = "case-study", lang: str = "de") -> tuple[Control, ...]:
    return FormBuilder(schemas().kind(kind), notation(lang), {"topics": topics()}, text).controls(step)


def read_back(
    step: str, form: Mapping[str, list[str]], text: RecordText, kind: str = "case-study", lang: str = "de"
) -> RecordText:
    return read_form(schemas().kind(kind), notation(lang), step, form, text)


def sent(shown: Iterable[Control]) -> dict[str, list[str]]:
    """Return names and values as they would arrive, line ends as browsers write them."""
    found: dict[str, list[str]] = defaultdict(list)
    for control in shown:
        _collect(control, found)
    return found


def _collect(control: Control, found: dict[str, list[str]]) -> None:
    if control.widget is Widget.GROUP:
        for inner in control.controls:
            _collect(inner, found)
    elif control.widget is Widget.ROWS:
        found[ROWS.format(control.name)] = [str(len(control.rows))]
        for row in control.rows:
            for inner in row.controls:
                _collect(inner, found)
    elif control.widget in (Widget.CHOICES, Widget.SOURCES):
        found[control.name] = ["", *(option.value for option in control.chosen)]
    elif control.widget is Widget.SELECT:
        found[control.name] = [option.value for option in control.chosen] or [control.options[0].value]
    else:
        found[control.name] = [control.value.replace("\n", "\r\n")]


PUBLISHED = {
    f"{kind.name}/{file.parent.name}": file
    for kind in schemas().kinds
    for file in sorted((ROOT / "content" / kind.plural).glob("*/index.md"))
}
"""The files of all records that come with the program, by the name of the record."""


@cache
def published(ref: str) -> Record:
    """A record that comes with the program."""
    file = PUBLISHED[ref]
    return RecordReader(schemas()).read(f"{file.parents[1].name}/{file.parent.name}", file.read_bytes())


def text_of(record: Record) -> RecordText:
    return RecordText(front=record.data, sections={section.id: section.markdown for section in record.sections})
