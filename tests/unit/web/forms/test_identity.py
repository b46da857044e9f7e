"""What nobody touched passes through the form untouched."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.records.json_value import thaw
from app.review.text.record_text import RecordText, compose_body
from app.web.contributing.form.steps import STEPS
from tests.unit.web.forms.browser import PUBLISHED, controls, published, read_back, schemas, sent, text_of


@pytest.mark.parametrize(
    ("ref", "lang"), [(ref, ("de", "en")[number % 2]) for number, ref in enumerate(list(PUBLISHED)[::2])]
)
def test_a_published_record_comes_back_as_it_was(ref: str, lang: str) -> None:
    record = published(ref)
    text = text_of(record)
    for step in STEPS:
        form = sent(controls(step, text, record.kind, lang))
        text = read_back(step, form, text, record.kind, lang)
    assert thaw(text.front) == thaw(record.data)
    assert text.sections == text_of(record).sections
    assert compose_body(schemas().kind(record.kind), text.sections, record.body) == record.body


NOT_TYPED = {"schema", "id", "kind", "lang", "compiled_by", "confirmed", "last_confirmed"}
NOT_TYPED |= {"translations", "publisher", "review_by", "media"}


def unordered(value: Any) -> Any:
    """Boxes that are ticked have no order of their own."""
    if isinstance(value, Mapping):
        return {key: unordered(item) for key, item in value.items()}
    if isinstance(value, list):
        items = [unordered(item) for item in value]
        return sorted(items) if all(isinstance(item, str) for item in items) else items
    return value


@pytest.mark.parametrize("ref", list(PUBLISHED)[1::4])
def test_a_published_record_typed_anew_is_the_same_record(ref: str) -> None:
    """Nothing is stored before, so each value has to be read from its field."""
    record = published(ref)
    stored = text_of(record)
    hidden = {key: thaw(record.data[key]) for key in NOT_TYPED if key in record.data}
    text = RecordText(front=hidden, sections={})
    for step in STEPS:
        form = sent(controls(step, stored, record.kind))
        text = read_back(step, form, text, record.kind)
    wanted = thaw(record.data)
    assert isinstance(wanted, dict)
    assert unordered(text.front) == unordered(wanted)
    assert text.sections == stored.sections
