"""Records of every kind with something hostile in every field that takes words, derived from the schemas."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import html

from app.records.json_value import LIST
from app.records.schema import FieldSpec, KindSchema

VECTORS = (
    "<script>alert(1)</script> javascript:alert(1) {{ 7*7 }}{% raw %}",
    "\"><img src=x onerror=alert(1)> ' onfocus=alert(1) autofocus='",
    "</textarea><svg/onload=alert(1)><iframe src=//t.example></iframe>",
    '[x](javascript:alert(1)) ![x](data:text/html;base64,PHNjcmlwdD4=) <a href="data:text/html,x">',
)
WHOLE = " ".join(VECTORS)
BODY = " ".join(VECTORS[:3])
"""For texts in Markdown, whose links the rules for a text look at."""
BOUND = (
    "quelle", "2021-05-01", "12345678", "https://t.example/'onfocus='alert(1)'javascript:alert(1)",
    '"><img/src=x/onerror=alert(1)>@t.example', "a.png", "1.0.0", "10000000-0000-4000-8000-000000000001",
    "https://t.example/'onfocus='alert(1)'/r/10000000-0000-4000-8000-000000000001",
)  # fmt: skip
"""Values for fields with a pattern."""
SHORTER = (
    WHOLE, "\"'><script>alert(1)</script><svg/onload=alert(1)>[x](javascript:alert(1))",
    "\"'><img src=x onerror=alert(1)>", "'\"><svg/onload=x>", "'\"<b>",
)  # fmt: skip


def takes_words(spec: FieldSpec) -> bool:
    """Tell whether anything may be written there."""
    bound = spec.choices or spec.vocabulary or spec.pattern or spec.format
    return spec.type == "string" and not bound


def hostile(spec: FieldSpec) -> str:
    """The longest hostile text that fits."""
    most = spec.max_length or len(WHOLE)
    return next(text for text in SHORTER if len(text) <= most)


def word_fields(fields: Sequence[FieldSpec], before: str = "") -> Iterator[str]:
    """The dotted path of every field that takes words."""
    for spec in fields:
        path = f"{before}{spec.key}"
        inner = spec.items or spec
        if takes_words(inner):
            yield path
        yield from word_fields(inner.properties, f"{path}.")


def bound_value(spec: FieldSpec) -> Any:
    """Something that fits a field with rules of its own, as hostile as they let it be."""
    if spec.choices:
        return spec.choices[0].value
    if spec.vocabulary:
        return None
    if spec.type in ("integer", "number"):
        return max(1, int(spec.minimum or 1))
    if spec.type == "boolean":
        return True
    return next((text for text in BOUND if spec.pattern and re.search(spec.pattern, text)), None)


def filled(spec: FieldSpec, known: Any) -> Any:
    """A value on top of what is `known` to be sound, with every part that the schema knows."""
    if spec.items is not None:
        rows = known if isinstance(known, LIST) and known else [None]
        if spec.items.properties:
            return [filled(spec.items, row) for row in rows * (spec.min_items or 1 if rows == [None] else 1)]
        # Lists of words alone may not say the same twice.
        return [filled(spec.items, rows[0])]
    if spec.properties:
        given = known if isinstance(known, Mapping) else {}
        values = {part.key: filled(part, given.get(part.key)) for part in spec.properties}
        return {key: value for key, value in values.items() if value not in (None, [None])}
    if takes_words(spec):
        return hostile(spec)
    return known if known is not None else bound_value(spec)


def front_of(kind: KindSchema, known: Mapping[str, Any]) -> dict[str, Any]:
    """The front matter of a sound record with something hostile wherever the schema takes words.

    What takes no words stays as it is: the outcome has to fit the phase.
    """
    worded = {path.partition(".")[0] for path in word_fields(kind.fields)} - {"kind"}
    known = {**known, "sources": [*known.get("sources", ()), {"key": "quelle", "self_reported": True}]}
    return {**known, **{key: filled(kind.by_key[key], known.get(key)) for key in sorted(worded)}}


def hostile_paths(value: Any, before: str = "") -> Iterator[str]:
    """The dotted path of every hostile text in a front matter."""
    if isinstance(value, LIST):
        for row in value:
            yield from hostile_paths(row, before)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from hostile_paths(part, f"{before}.{key}" if before else key)
    elif value in SHORTER:
        yield before


def check_inert(document: html.HtmlElement) -> None:
    """Fail where something on a page would act, or draw a picture that nobody attached."""
    # The bars of figures are the site's own drawings.
    assert not document.xpath("//main//script | //main//iframe | //main//object | //main//style")
    assert {svg.get("class") for svg in document.xpath("//main//svg")} <= {"bar"}
    drawn = {element.tag for element in document.xpath("//main//svg//*")}
    assert drawn <= {"rect"}, drawn
    assert not document.xpath("//main//img[@src='x']")
    for element in document.find(".//main").iter():
        if isinstance(element.tag, str):
            assert not [name for name in element.attrib if name.startswith("on")], element.attrib
            # What went wrong has the focus; nothing that somebody typed may take it.
            assert "autofocus" not in element.attrib or element.get("id") == "fehler", element.attrib
            for name in ("href", "src", "action", "formaction"):
                address = (element.get(name) or "").strip().lower()
                assert not re.match(r"(javascript|data|vbscript):", address), address
