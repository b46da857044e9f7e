import time
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from app.records.checks.language import flesch_amstad, is_passive, passive_share
from app.records.document import BODY_LIMIT
from app.records.sentences import plain, sentences, words
from tests.unit.records import examples

PNG = b"\x89PNG\r\n\x1a\n" + b"x"


def found(
    body: str = examples.BODY, files: Mapping[str, bytes] | None = None, **changes: Any
) -> list[tuple[str, str, str]]:
    content = files or {}
    sizes = {name: len(data) for name, data in content.items()}
    problems = examples.problems(examples.text(body, **changes), sizes, content.__getitem__)
    return [(problem.severity.value, problem.code, problem.field) for problem in problems]


COST = {"kind": "annual", "amount": 5, "currency": "EUR", "date": "2021", "basis": "measured", "what": "Betrieb"}
PAID = {**COST, "sources": ["bericht"]}
WHOLE = {**PAID, "kind": "one_time", "amount": 1500, "covers": "all"}


def entry(field: str, **changes: Any) -> list[dict[str, Any]]:
    return [{**deepcopy(examples.FRONT[field][0]), **changes}]


def in_results(text: str) -> str:
    return examples.BODY.replace("Die Menschen nahmen den Bus an.[^bericht]", text)


def stated(text: str, value: float = 40) -> list[dict[str, Any]]:
    return entry("results", statement=text, value=value)


LATER = {"statement": "Im Jahr 2022 fuhren 6.000 Fahrgäste mit.", "value": 6000, "date": "2022"}
TOLD_THRICE = "Im Jahr 2021 fuhren 5.000 Fahrgäste mit.[^bericht]"
WORKED = entry("lessons", sources=["zeitung"])
SOURCES = [*examples.FRONT["sources"], {**examples.FRONT["sources"][0], "key": "zeitung"}]
SOLUTION, CONCEPT = "solution/rufbus-plan-loesung", "concept/ehrliche-pilotzahlen"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"lessons": WORKED, "sources": SOURCES}, ("effect_not_shown", "lessons.0.kind")),
        ({"leadership": {"sponsor": "mayor"}}, ("claim_without_source", "leadership.sources")),
        ({"stop_reason": ["budget"], "phase": "ended"}, ("claim_without_source", "stop_reason_sources")),
        ({"costs": [{**COST, "what": "Fahrpreis je Fahrt", "sources": ["bericht"]}]}, ("fare_as_cost", "costs.0.what")),
        ({"costs": [{**PAID, "what": "x" * 61}]}, ("cost_not_named", "costs.0.what")),
        ({"costs": [WHOLE, {**WHOLE, "amount": 4500}]}, ("costs_contradict", "costs.1.covers")),
        (
            {"costs": [{**WHOLE, "kind": "annual"}, {**WHOLE, "kind": "monthly", "amount": 1600}]},
            ("costs_contradict", "costs.1.covers"),
        ),
        (
            {"relations": [{"rel": "related", "target": CONCEPT, "note": "nutzt die Befunde"}]},
            ("relation_too_weak", "relations.0.rel"),
        ),
        (
            {"relations": [{"rel": "related", "target": SOLUTION, "note": "ebenso"}], "keywords": ["Rufbus-Plan"]},
            ("relation_too_weak", "relations.0.rel"),
        ),
        ({"relations": [{"rel": "related", "target": SOLUTION}]}, ("relation_without_note", "relations.0.note")),
        *(
            ({"results": stated(text)}, ("statement_points_back", "results.0.statement"))
            for text in ("Sie fuhren mit 40 Fahrgästen.", "Zwölf davon bekamen 40 Euro.", "Damit sind 40 Orte dabei.")
        ),
        ({"results": stated("Die Zahl der Fahrten stieg.")}, ("statement_without_figure", "results.0.statement")),
        (
            {"results": [*stated("40 Orte nahmen teil."), *stated("40 Orte nahmen teil")]},
            ("statement_doubled", "results.1.statement"),
        ),
        (
            {"body": in_results(TOLD_THRICE), "outcome_note": {"text": "5.000 Fahrgäste.", "sources": ["bericht"]}},
            ("figure_repeated", "body.results"),
        ),
    ],
)
def test_claims_beyond_the_sources_give_a_note(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert found(**changes) == [("warning", *expected)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"outcome": "stopped", "stop_reason": ["law"], "stop_reason_sources": ["bericht"]},
        {"phase": "ended", "stop_reason": ["law"], "stop_reason_sources": ["bericht"]},
        {"evidence_level": 2, "results": entry("results", before=10, after=20)},
        {"evidence_level": 2, "results": [*entry("results"), *entry("results", **LATER)]},
        {"review_by": "2026-11-24"},
        {"period": {"start": "2021-06", "end": "2021"}},
        {"period": {"start": "2021-06", "end": "unknown"}},
        {"municipalities": entry("municipalities", population=5000, population_as_of="unknown")},
        {"results": [{"statement": "Menschen über 60 Jahre fuhren 2021 mit.", "date": "2021", "sources": ["bericht"]}]},
        {"summary": "Wort " * 25 + "."},
        {"lang": "en", "summary": "Word " * 26 + "."},
        {"costs": [{**PAID, "what": "x" * 61, "covers": "something_else"}]},
        {"costs": [WHOLE, {**PAID, "what": "x" * 61}]},
        {"costs": [WHOLE, {**WHOLE, "kind": "annual"}, {**WHOLE, "kind": "budget", "amount": 900_000}]},
        {"lessons": entry("lessons", sources=["zeitung"], kind="advice"), "sources": SOURCES},
        {"leadership": {"unit": "Bauamt"}},
        {"stop_reason": ["budget"], "stop_reason_sources": ["bericht"], "phase": "ended"},
        {"costs": [{**COST, "what": "Ticketsystem und Betrieb", "sources": ["bericht"]}]},
        {"relations": [{"rel": "related", "target": CONCEPT, "note": "Kennzahlen früh festlegen"}]},
        {"relations": [{"rel": "related", "target": SOLUTION, "note": "ebenso"}]},
        {"body": in_results(TOLD_THRICE)},
        {"results": stated("Das gesamte Programm umfasst vierzig Orte.")},
        {"results": stated("Damit andere mitmachen, zahlt der Kreis 40 Euro.")},
        {"results": stated("Am ersten Tag fuhr niemand mit.", value=0)},
        {"results": stated("Der Nachfolger sollte das Doppelte kosten.", value=2)},
        {"results": stated("Der Bund gab 2,5 Mio. Euro.", value=2_500_000)},
    ],
)
def test_what_is_in_order_is_left_alone(changes: dict[str, Any]) -> None:
    assert found(**changes) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"results": entry("results", sources=[])}, ("error", "claim_without_source", "results.0.sources")),
        ({"goals": entry("goals", sources=[])}, ("warning", "claim_without_source", "goals.0.sources")),
        ({"costs": [{**COST, "sources": []}]}, ("error", "claim_without_source", "costs.0.sources")),
        (
            {"sources": [*examples.FRONT["sources"], {**examples.FRONT["sources"][0], "key": "ohne"}]},
            ("warning", "source_unused", "sources.1.key"),
        ),
        ({"outcome": "stopped"}, ("error", "stop_reason_missing", "stop_reason")),
        ({"evidence_level": 2}, ("warning", "evidence_without_figures", "evidence_level")),
        ({"review_by": "2026-11-23", "last_confirmed": "2026-01-01"}, ("warning", "review_overdue", "review_by")),
        ({"review_by": "2026-11-01"}, ("error", "ends_before_start", "review_by")),
        ({"last_confirmed": "2026-11-25"}, ("warning", "date_in_future", "last_confirmed")),
        ({"last_confirmed": "2026-02-30"}, ("error", "no_such_day", "last_confirmed")),
        ({"period": {"start": "2021-06", "end": "2020"}}, ("error", "ends_before_start", "period.end")),
        (
            {"results": [{"statement": "Es fuhren 5.000 Fahrgäste.", "date": "2021", "sources": ["bericht"]}]},
            ("warning", "figure_not_structured", "results.0.statement"),
        ),
        (
            {"municipalities": entry("municipalities", population=5000)},
            ("warning", "figure_without_date", "municipalities.0.population"),
        ),
        ({"summary": "Wort " * 26 + "."}, ("warning", "long_sentence", "summary")),
    ],
)  # fmt: skip
def test_front_matter_findings(changes: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert expected in found(**changes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Die Menschen nahmen den Bus an.", "paragraph_without_source"),
        ("Gut.[^bericht]\n\nNicht gut.", "paragraph_without_source"),
        ("- Gut.[^bericht]\n- Nicht gut.", "paragraph_without_source"),
        ("| A | B |\n|---|---|\n| x | y |", "paragraph_without_source"),
        ("Gut. `[^bericht]`", "paragraph_without_source"),
        ("Die Zahl stieg auf 300.[^bericht]", "figure_without_unit"),
        ("Es kamen 300 Menschen.[^undatiert]", "figure_without_date"),
        ("![Karte](https://a.example/b.png)[^bericht]", "picture_from_elsewhere"),
        ("![Karte](fehlt.png)[^bericht]", "picture_not_listed"),
    ],
)
def test_body_findings(text: str, code: str) -> None:
    undated = [*examples.FRONT["sources"], {"key": "undatiert", "title": "x", "publisher": "x", "self_reported": False}]
    dated = [{**undated[0], "date": "2021"}, undated[1]]
    codes = {(code, field) for _, code, field in found(in_results(text), sources=dated)}
    assert (code, "body.results") in codes


@pytest.mark.parametrize(
    "text",
    [
        "So lief es:\n\n- Gut.[^bericht]", "### Zwischentitel\n\nGut.[^bericht]",
        "```\nprogramm\n```\n\nGut.[^bericht]", "Gut,\nauch in der zweiten Zeile.[^bericht]",
        "| A | B |\n|---|---|\n| x | y[^bericht] |", "| A | B |\n|---|---|\n| x | y |\n\nQuelle: Bericht[^bericht]",
        "Im Jahr 2021 kamen 300 Menschen.[^bericht]", "Das war in Phase 2.[^bericht]",
        "Am 18. Mai 2021 begann es.[^bericht]",
        "Die Linien 5, 6 und 7 entfielen 2021. Das gilt auch für Linie 8.[^bericht]",
    ],
)  # fmt: skip
def test_body_texts_that_are_in_order(text: str) -> None:
    assert found(in_results(text)) == []


def test_sections_that_make_no_claims_need_sources_for_figures_only() -> None:
    free = examples.BODY + "\n## Was andere daraus machen können {#transfer}\n\nDas passt auf dem Land.\n"
    assert found(free) == []
    codes = [code for _, code, _ in found(free.replace("auf dem Land", "für 20 Orte"))]
    assert codes == ["figure_without_source"]


MEDIUM = {"file": "karte.png", "alt": "Karte des Gebiets", "license": "CC0-1.0"}
TRANSLATION = {"lang": "de-simple", "file": "einfach.md", "title": "Rufbus", "summary": "Ein Bus, den man ruft."}
SAID = {"statement": "A small area shows soon.", "recommendation": "Begin with one village."}
ENGLISH = {"lang": "en", "title": "Bus on demand", "summary": "It runs.", "outcome": "It has run since 2020."}


@pytest.mark.parametrize(
    ("files", "changes", "expected"),
    [
        ({}, {"media": [MEDIUM]}, ("error", "file_missing", "media.0.file")),
        ({}, {"translations": [TRANSLATION]}, ("error", "file_missing", "translations.0.file")),
        ({"karte.png": PNG}, {}, ("warning", "file_not_listed", "media")),
        ({"x.svg": b"<svg>"}, {"media": [{**MEDIUM, "file": "x.svg"}]}, ("error", "file_type", "media.0.file")),
        ({"karte.png": b"<script>"}, {"media": [MEDIUM]}, ("error", "file_content", "media.0.file")),
        ({"karte.png": b""}, {"media": [MEDIUM]}, ("error", "file_empty", "media.0.file")),
        ({"karte.png": PNG}, {"media": [{**MEDIUM, "alt": "Bild 1"}]}, ("error", "alt_says_nothing", "media.0.alt")),
        ({"einfach.md": b"  \n"}, {"translations": [TRANSLATION]}, ("error", "file_empty", "translations.0.file")),
        ({"einfach.md": b"\xff"}, {"translations": [TRANSLATION]}, ("error", "not_utf8", "")),
        (
            {"einfach.md": b"[" * 500},
            {"translations": [TRANSLATION]},
            ("error", "hostile_markdown", "translations.0.file"),
        ),
        (
            {},
            {"translations": [{**ENGLISH, "lessons": [{"id": "klein-anfangen", **SAID}, {"id": "gross", **SAID}]}]},
            ("warning", "link_leads_nowhere", "translations.0.lessons.1.id"),
        ),
    ],
)
def test_file_findings(files: dict[str, bytes], changes: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert expected in found(files=files, **changes)


def test_files_in_order_are_left_alone_and_one_over_the_limit_is_refused_without_reading_it() -> None:
    files = {"karte.png": PNG, "einfach.md": b"Ein Bus."}
    assert found(in_results("![](karte.png) Gut.[^bericht]"), files, media=[MEDIUM], translations=[TRANSLATION]) == []
    problems = examples.problems(examples.text(media=[MEDIUM]), {"karte.png": 10 * 1024 * 1024 + 1})
    assert [problem.code for problem in problems] == ["file_too_large"]


@pytest.mark.parametrize(
    ("paragraphs", "code"),
    [
        ([f"Der Plan wurde {word} von niemandem gebilligt." for word in ["heute", "gestern"] * 10], "passive_fog"),
        (["Verwaltungsvereinbarungsrechtliche Zuständigkeitsfeststellungsbedürfnisse."] * 24, "readability"),
    ],
)
def test_a_text_like_a_statute_is_noticed(paragraphs: list[str], code: str) -> None:
    assert ("warning", code, "body") in found(in_results("[^bericht]\n\n".join([*paragraphs, ""])))


SIZE = BODY_LIMIT - len(examples.BODY) - 200
UNITS = ("ge", "wird ge", "1. ", "auf 300. ", ".", "`", "&", "##  ", "a:\n", "- a\n")


@pytest.mark.parametrize(
    "text", [*(f"Es wird {unit * (SIZE // len(unit))}" for unit in UNITS), f"## a{' ' * SIZE}b"], ids=[*UNITS, "title"]
)
def test_a_body_of_full_size_is_checked_in_bounded_time(text: str) -> None:
    begun = time.process_time()
    found(f"{examples.BODY}\n{text}")
    assert time.process_time() - begun < 6


def test_a_record_too_long_to_be_handed_on_is_refused_although_each_part_fits() -> None:
    # Each quotation mark and line end counts twice on the wire.
    marks, words = '\n"""""""""""""""' * 8_150 + "[^bericht]\n", "\nEin Satz über den Bus." * 4_000 + "[^bericht]\n"
    assert ("error", "record_too_large", "") in found(f"{examples.BODY}{marks}")
    assert ("error", "record_too_large", "") not in found(f"{examples.BODY}{words}")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Der Bus fährt. Er hält.", 2), ("Das kostet z. B. 3 Mio. Euro im Jahr.", 1),
        ("Am 1. Januar 2021 begann es. Am 3. Mai endete es.", 2), ("Siehe § 108 Abs. 4 GWB und Art. 28 GG.", 1),
        ("Wer zahlt? Niemand!", 2), ("Das Ergebnis: Der Bus fährt.", 2), ("Die Zahl stieg auf 1.200 Fahrten.", 1),
        ("Er sagte: „Es geht.“ Dann ging er.", 3), ("", 0),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_would_end_them(text: str, count: int) -> None:
    assert len(list(sentences(text))) == count


@pytest.mark.parametrize(
    "sentence",
    [
        "Der Antrag wurde gestellt.", "Die App wird gefördert.", "Projekte werden abgelehnt.",
        "Es ist darauf geachtet worden.", "Das würde überprüft.", "Die Daten wurden digitalisiert.",
    ],
)  # fmt: skip
def test_passive_sentences_are_recognised(sentence: str) -> None:
    assert is_passive(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Die Stadt stellte den Antrag.", "Der Bus wird voll.", "Das Projekt wird die Gemeinden stärken.",
        "Wir werden gegen die Regel gehen.", "Der Rat hat den Plan gebilligt.",
    ],
)  # fmt: skip
def test_active_sentences_are_left_alone(sentence: str) -> None:
    assert not is_passive(sentence)


def test_the_index_follows_amstads_formula() -> None:
    # Five words, seven syllables.
    assert flesch_amstad([words("Der Rufbus hält im Dorfe.")]) == pytest.approx(180 - 5 - 58.5 * 7 / 5)
    easy = flesch_amstad([words("Der Bus hält hier."), words("Wir gehen mit.")])
    hard = flesch_amstad([words("Verwaltungsvereinbarungen konkretisieren Zuständigkeitsregelungen.")])
    assert easy > 90
    assert hard < 0


def test_plain_text_keeps_words_and_drops_marks() -> None:
    marked = "**Fett** und [Verweis](https://a.example/x)[^quelle] – `code` https://b.example"
    assert plain(marked) == "Fett und Verweis – code"
    assert words("Die Dorf-App kostet 1.200 Euro.") == ["Die", "Dorf-App", "kostet", "1.200", "Euro"]
    assert (passive_share(["Der Antrag wurde gestellt.", "Der Bus fährt."]), passive_share([])) == (0.5, 0.0)
