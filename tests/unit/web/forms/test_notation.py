from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.records.json_value import JsonValue
from app.records.schema import FieldSpec
from app.web.contributing.form.notation import clean, date_shown, number_shown, read_date, read_number, section_text
from tests.unit.web.forms.browser import notation, schemas

CASE = schemas().kind("case-study")


def spec(path: str) -> FieldSpec:
    found = CASE.field(path)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2022", "2022"), ("10.2022", "2022-10"), ("Oktober 2022", "2022-10"), ("März 2021", "2021-03"),
        ("17.9.2024", "2024-09-17"), ("17. September 2024", "2024-09-17"), ("2024-9-7", "2024-09-07"),
        ("unbekannt", "unknown"), ("31.02.2026", "31.02.2026"), ("Herbst 2024", "Herbst 2024"),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(typed: str, stored: str) -> None:
    assert read_date(typed) == stored


@settings(max_examples=40)
@given(st.dates(), st.sampled_from([4, 7, 10]), st.sampled_from(["de", "en"]))
def test_a_shown_date_reads_as_the_same_date(day: object, precision: int, lang: str) -> None:
    stored = str(day)[:precision]
    assert read_date(date_shown(stored, lang)) == stored


@pytest.mark.parametrize(
    ("typed", "lang", "value"),
    [
        ("1.200", "de", 1200), ("1.200,50", "de", 1200.5), ("1.234.567 €", "de", 1234567), ("1,200.50", "en", 1200.5),
        ("1.200", "en", 1.2), ("-3", "de", -3), ("rund 1200", "de", "rund 1200"), ("9" * 30, "de", "9" * 30),
        ("1,2,3", "de", "1,2,3"),
    ],
)  # fmt: skip
def test_numbers_are_read_in_the_notation_of_the_language(typed: str, lang: str, value: object) -> None:
    assert read_number(typed, lang) == value
    assert type(read_number(typed, lang)) is type(value)


@settings(max_examples=40)
@given(st.integers(-(10**12), 10**12) | st.decimals(0, 10**9, places=2).map(float), st.sampled_from(["de", "en"]))
def test_a_shown_number_reads_as_the_same_number(value: float, lang: str) -> None:
    assert read_number(number_shown(value, lang), lang) == value


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("title", "  Ein  Titel\n", "Ein Titel"), ("phase", "pilot", "pilot"), ("evidence_level", "2", 2),
        ("sources.self_reported", "true", True), ("keywords", "Bus\n\n Rufbus ", ["Bus", "Rufbus"]),
        ("summary", "Eins.\r\n\r\nZwei.", "Eins.\n\nZwei."),
        ("relations.target", "/fallstudien/musterstadt", "case-study/musterstadt"),
        ("costs.amount", "etwa 3 Mio.", "etwa 3 Mio."),
    ],
)  # fmt: skip
def test_values_are_read_as_the_schema_asks(path: str, typed: str, value: JsonValue) -> None:
    assert notation().read(spec(path), typed) == value


def test_invisible_characters_do_not_reach_a_record() -> None:
    assert clean("a\u202eb\x00c\u00ad\u200bd\ufeff\r\ne\x0bf") == "abcd\ne\nf"


def test_headings_of_the_page_become_headings_of_the_section() -> None:
    typed = "# Eins\n## Zwei {#problem}\n### Drei\n```\n# kein Titel\n```\n#kein Titel"
    assert section_text(typed) == "### Eins\n### Zwei\n### Drei\n```\n# kein Titel\n```\n#kein Titel"


ID = "10000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("pasted", "name"),
    [
        ("/fallstudien/rufbus", "case-study/rufbus"),
        ("https://n.example/fallstudien/rufbus?q=bus#lehre-eins", "case-study/rufbus"),
        (f"https://n.example/r/a.example/{ID}", f"https://a.example/r/{ID}"),
        (f"/en/r/a.example/{ID}", f"https://a.example/r/{ID}"),
        (f"/r/unknown.example/{ID}", f"/r/unknown.example/{ID}"),
        (f"https://elsewhere.example/r/a.example/{ID}", f"https://elsewhere.example/r/a.example/{ID}"),
        ("case-study/rufbus", "case-study/rufbus"),
        ("https://[", "https://["),
    ],
)
def test_the_address_of_a_page_becomes_the_name_of_its_record(pasted: str, name: str) -> None:
    def global_name(origin: str, record_id: str) -> str:
        return f"https://{origin}/r/{record_id}" if origin == "a.example" else ""

    assert replace(notation(), global_name=global_name).reference(pasted) == name
