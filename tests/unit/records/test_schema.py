import json
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

import pytest

from app.records.record import AppliesIf, Lesson, Medium, Municipality, Relation, Source, Translation
from app.records.schema import FieldSpec, SchemaError, SchemaSet
from tests.unit.records import examples

SCHEMAS = examples.schemas()
KINDS = SCHEMAS.kinds


def errors(**changes: Any) -> dict[str, str]:
    return {error.path: error.code for error in SCHEMAS.validate(examples.front(**changes))}


def test_kinds_know_folder_and_address() -> None:
    assert {kind.name: (kind.plural, kind.route) for kind in KINDS} == {
        "case-study": ("case-studies", "fallstudien"),
        "collection": ("collections", "sammlungen"),
        "correction": ("corrections", "korrekturen"),
        "concept": ("concepts", "konzepte"),
        "organisation": ("organisations", "organisationen"),
        "question": ("questions", "fragen"),
        "response": ("responses", "rueckmeldungen"),
        "solution": ("solutions", "loesungen"),
    }
    assert SCHEMAS.kind_of_folder("solutions").name == "solution"
    assert [kind.name for kind in KINDS if not kind.listed] == ["correction", "response"]
    with pytest.raises(SchemaError):
        SCHEMAS.kind("poem")


def every_field(specs: tuple[FieldSpec, ...]) -> list[FieldSpec]:
    found = [*specs]
    for spec in specs:
        found += every_field(spec.properties)
        found += every_field(spec.items.properties if spec.items else ())
    return found


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_field_section_and_value_has_a_label_in_both_languages(kind: Any) -> None:
    named = [*every_field(kind.fields), *kind.sections, kind]
    choices = [
        c for spec in every_field(kind.fields) for c in (*spec.choices, *(spec.items.choices if spec.items else ()))
    ]
    choices = [choice for choice in choices if choice.labels or choice.value != kind.name]
    assert [item for item in [*named, *choices] if set(item.labels) != {"de", "en"}] == []
    assert [spec.order for spec in kind.fields] == sorted(spec.order for spec in kind.fields)


PLACE = {"name": "Bozen", "kind": "town", "role": "lead"}
ENGLISH = {"lang": "en", "title": "A bus on demand", "summary": "It runs. It is used. It is paid by the town."}


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"title": None}, "title", "required"),
        ({"title": "x" * 101}, "title", "too_long"),
        ({"title": ""}, "title", "too_short"),
        ({"colour": "red"}, "colour", "unknown_field"),
        ({"outcome": "great"}, "outcome", "not_allowed"),
        ({"evidence_level": "1"}, "evidence_level", "type"),
        ({"topics": ["a", "a"]}, "topics", "duplicate_item"),
        ({"topics": []}, "topics", "too_few_items"),
        ({"topics": list("abcdefg")}, "topics", "too_many_items"),
        ({"review_by": "morgen"}, "review_by", "pattern"),
        ({"schema": "case-study/2"}, "schema", "pattern"),
        ({"contact": {"role": "IT"}}, "contact", "one_of_them"),
        ({"municipalities": [PLACE]}, "municipalities.0.state", "required"),
        ({"translations": [{**ENGLISH, "lang": "de-simple"}]}, "translations.0.file", "required"),
        ({"results": [{"statement": "x", "date": "2021", "sources": [], "value": 3}]}, "results.0.unit", "required"),
        ({"costs": [{"amount": -1}]}, "costs.0.amount", "too_small"),
    ],
)
def test_violations_name_field_and_rule(changes: dict[str, Any], path: str, code: str) -> None:
    assert errors(**changes).get(path) == code


def test_an_unknown_field_is_told_what_is_possible_in_its_place() -> None:
    front = examples.front(colour="red", goals=[{"text": "x", "sources": [], "price": 3}])
    known = {one.path: one.params["known"] for one in SCHEMAS.validate(front) if one.code == "unknown_field"}
    assert {"title", "summary", "goals"} <= set(known["colour"].split(", "))
    assert {"text", "sources"} <= set(known["goals.0.price"].split(", "))


def test_values_have_words_and_a_wrong_one_is_reported_with_what_is_allowed() -> None:
    found = SCHEMAS.validate(examples.front(outcome="great"))
    assert [(e.path, e.params["allowed"]) for e in found] == [
        ("outcome", "success, partial, no_effect, stopped, too_early, event, unknown")
    ]
    assert SCHEMAS.label("outcome", "stopped", "de") == "eingestellt"
    assert SCHEMAS.label("lessons.topic", "law", "en") == "Law"
    assert SCHEMAS.label("kind", "solution", "de") == "Lösung"
    assert SCHEMAS.label("evidence_level", 0, "en") == "none"
    assert SCHEMAS.label("outcome", "no such value", "de") == "no such value"
    level = SCHEMAS.kind("case-study").by_key["evidence_level"]
    assert [level.value_label(value, "de") for value in (1, True)] == ["beschrieben", "True"]


def test_a_product_needs_somebody_who_answers_for_it() -> None:
    front = {"kind": "solution", "productisation": "product"}
    missing = {e.path for e in SCHEMAS.validate(front) if e.code == "required"}
    assert {"product_owner", "legal_role", "sales_role"} <= missing
    early = {e.path for e in SCHEMAS.validate({**front, "productisation": "documented"}) if e.code == "required"}
    assert not early & {"product_owner", "legal_role", "sales_role"}


def properties(name: str) -> set[str]:
    schema = json.loads((examples.ROOT / "schemas" / "common.schema.json").read_text(encoding="utf-8"))
    return set(schema["$defs"][name]["properties"])


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (Lesson, properties("lesson")), (Source, properties("source")), (Relation, properties("relation")),
        (Medium, properties("medium")), (Municipality, properties("municipality")),
        (Translation, properties("translation") | {"text"}),
        (AppliesIf, {"precondition", "size_class", "cooperation"}),
    ],
)  # fmt: skip
def test_values_and_schema_have_the_same_entries(value: type[Any], names: set[str]) -> None:
    assert {field.name for field in dataclass_fields(value)} == names


def test_a_field_added_to_a_schema_file_is_known_at_once(tmp_path: Path) -> None:
    for path in (examples.ROOT / "schemas").glob("*.json"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    target = tmp_path / "case-study.schema.json"
    schema = json.loads(target.read_text(encoding="utf-8"))
    schema["properties"]["mascot"] = {
        "title": "Maskottchen", "x-label-en": "Mascot", "x-order": 35, "x-facet": "maskottchen", "x-panel": True,
        "oneOf": [{"const": "fox", "title": "Fuchs", "x-label-en": "Fox"}],
    }  # fmt: skip
    target.write_text(json.dumps(schema), encoding="utf-8")
    changed = SchemaSet.load(tmp_path)
    spec = changed.kind("case-study").field("mascot")
    assert spec is not None
    assert (spec.label("en"), spec.facet, spec.panel, spec.widget) == ("Mascot", "maskottchen", True, "select")
    assert changed.validate(examples.front(mascot="fox")) == []
    assert [e.code for e in changed.validate(examples.front(mascot="cat"))] == ["not_allowed"]
    assert changed.label("mascot", "fox", "de") == "Fuchs"
