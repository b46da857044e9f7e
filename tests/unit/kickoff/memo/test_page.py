import re
from dataclasses import replace

import pytest
from hypothesis import given, settings

from app.documents.blocks import Facts, Grid, Heading, Items, Page, Paragraph, Signature, Text
from app.kickoff.memo.check import Contradiction
from app.kickoff.memo.memo import (
    Asked,
    Decision,
    Duty,
    DutyState,
    Figures,
    Filter,
    GoalState,
    ReuseMemo,
    SearchDone,
    SearchedState,
    Way,
)
from app.kickoff.memo.wording import TEXTS, Words
from app.kickoff.offers import Openness
from app.reuse.obtaining.answer import Verdict
from tests.unit.kickoff.memo.examples import FORMAT, NOW, empty_memo, exports, full_memo, record
from tests.unit.kickoff.memo.strategies import memos

EXPORTS = exports()


def page(memo: ReuseMemo, lang: str = "de") -> Page:
    return EXPORTS.page(memo, lang)


def headings(memo: ReuseMemo, lang: str = "de") -> list[str]:
    blocks = page(memo, lang).blocks
    return [f"{b.number} {b.text.text}" for b in blocks if isinstance(b, Heading) and b.level == 2]


def plain(text: Text) -> str:
    return "".join(span.text for span in text)


def all_texts(found: Page) -> str:
    lines: list[str] = [found.title, found.subtitle]
    for block in found.blocks:
        match block:
            case Heading():
                lines.append(block.text.text)
            case Paragraph():
                lines.append(plain(block.text))
            case Facts():
                lines += [f"{term}: {plain(value)}" for term, value in block.rows]
            case Grid():
                lines += [" | ".join(plain(cell) for cell in row) for row in block.rows]
            case Items():
                lines += [plain(item) for item in block.items]
            case Signature():
                lines += block.lines
    return "\n".join(lines)


def test_the_page_has_the_order_of_a_file() -> None:
    found = headings(full_memo())
    assert found[:4] == ["1 Empfehlung", "2 Die Funde auf einen Blick", "3 Anlass", "4 Fragestellung"]
    assert found[4:7] == ["5 Ausgangslage", "6 Suche", "7 Bewertung je Fund"]
    assert found[8:] == ["9 Ziele und Rückhalt", "10 Fundstellen"]
    begun = headings(empty_memo(), "en")
    assert (begun[4], len(begun)) == ("5 Search", 6), "sections without content do not count"


def test_what_is_open_is_seen_to_be_open() -> None:
    text = all_texts(page(empty_memo()))
    assert text.count("(offen)") == 9
    assert "openCode | (offen) | –" in text
    assert "Aktenzeichen: \n" in text
    assert "Ort, Datum\nUnterschrift" in text


def test_every_find_is_listed_judged_and_cited_with_its_version() -> None:
    text = all_texts(page(full_memo()))
    for number, find in enumerate(full_memo().finds, start=1):
        assert f"{number} | {find.record.title} | " in text
        assert f"[{number}] {find.record.title}. In: " in text
        assert find.reason in text
    assert "Fassung 2 vom 2.\u00a0März\u00a02026" in text
    assert "Quellen des Eintrags: Beispielkreis: Bericht über zwei Jahre, September\u00a02024; Niederschrift" in text
    assert "Geprüft: 3. Wird nachgenutzt: 1. Nicht geeignet: 1. Gemerkt: 1." in text


def test_what_is_adopted_stands_with_everything_and_the_others_with_one_line() -> None:
    text = all_texts(page(full_memo()))
    for find in full_memo().finds:
        assert find.record.digest not in text, "it is for machines"
        assert text.count(find.record.address) == 1
    references = text[text.index("Fundstellen") :]
    assert references.count("Quellen des Eintrags") == 1
    assert references.count("[2] Musterstadt") == references.count("[3] A solution in English") == 1


def test_the_first_page_says_what_is_recommended_and_what_each_find_costs_takes_and_comes_by() -> None:
    text = all_texts(page(full_memo()))
    first = text[text.index("Empfehlung") : text.index("Anlass")]
    assert "Wir übernehmen die Lösung des Beispielkreises." in first
    row = first.split("1 | ")[1]
    grid = next(block for block in page(full_memo()).blocks if isinstance(block, Grid))
    assert grid.columns[3:5] == (
        "Kosten dort, einmalig und laufend (bei uns: 250.000\u00a0€)",
        "Dauer dort (bei uns: 12\u00a0Monate)",
    )
    assert "wird nachgenutzt | rund\u00a038.000\u00a0€ einmalig + 9.500\u00a0€ im Jahr" in row
    assert (
        "rund\u00a085.500\u00a0€ in fünf Jahren (zu 80\u00a0% gefördert · Stand 2024–2025) | 22\u00a0Monate | " in row
    )
    assert "möglich durch Beitritt: öffentliche Zusammenarbeit, Verbund Warnen, Stand März\u00a02025" in row


@pytest.mark.parametrize(
    ("kind", "told"), [("organisation", "entfällt | entfällt"), ("case-study", "nicht bekannt | ")]
)
def test_what_does_not_apply_to_a_find_is_not_told_as_unknown(kind: str, told: str) -> None:
    find = replace(full_memo().finds[0], record=record(kind=kind, figures=Figures()))
    rows = all_texts(page(replace(full_memo(), finds=(find,))))
    assert f"wird nachgenutzt | {told}" in rows


def test_of_a_rejected_find_the_condition_that_was_made_is_told() -> None:
    memo = full_memo()
    found = replace(memo.finds[0], decision=Decision.REJECTED, record=record(openness="claimed"))
    line = "Quellcode: soll offen sein; Lizenz oder Fundort nicht belegt"
    assert line in all_texts(page(replace(memo, finds=(found,))))
    anything = replace(memo.situation, open_source_only=False)
    assert line not in all_texts(page(replace(memo, finds=(found,), situation=anything)))


def row(way: Way | None, decision: Decision = Decision.TAKEN, state: str = "HE") -> str:
    """Return how the table of finds tells a way, for somebody who named this state."""
    find = replace(full_memo().finds[0], way=way, decision=decision)
    memo = replace(full_memo(), finds=(find,), situation=replace(full_memo().situation, state=state))
    text = all_texts(page(memo))
    return text[text.index("1 | Beispielkreis") :].split("\n")[0].rpartition(" | ")[2]


@pytest.mark.parametrize(
    ("way", "told"),
    [
        (
            Way(verdict="possible", step="award", others=("operate",), route="tender"),
            "möglich durch Kauf oder mit Dienstleister: Ausschreibung",
        ),
        (
            Way(verdict="undocumented", route="tender", provider="Beispielwerk GmbH"),
            "kein Angebot belegt; genannt ist als Weg: Ausschreibung",
        ),
        (Way(verdict="undocumented", provider="Verbund Warnen"), "kein Angebot belegt; zu fragen: Verbund Warnen"),
        (None, "zu dieser Frage nicht ermittelt"),
    ],
)
@pytest.mark.parametrize("decision", Decision)
def test_the_way_is_told_as_far_as_it_is_known(way: Way | None, told: str, decision: Decision) -> None:
    assert row(way, decision).startswith(told)


def test_without_a_place_a_way_is_unknown_to_what_is_reused_and_nothing_to_the_rest() -> None:
    assert row(None, state="") == "Weg nicht bekannt"
    assert row(None, Decision.REJECTED, state="") == "–"


def test_what_contradicts_itself_is_named_on_the_first_page() -> None:
    text = all_texts(page(full_memo()))
    first = text[text.index("Empfehlung") : text.index("Anlass")]
    assert "Das passt nicht zusammen\nBedingung ist „nur Open Source“. „Beispielkreis: Frühwarnung" in first
    assert "obwohl es dort länger gedauert hat, als Zeit zur Verfügung steht." in first
    calm = replace(full_memo(), finds=full_memo().finds[1:], duties=())
    assert "Das passt nicht zusammen" not in all_texts(page(calm))


def test_codes_become_words_in_the_language_of_the_document() -> None:
    german, english = (all_texts(page(full_memo(), lang)) for lang in ("de", "en"))
    for line in ("Land: Hessen", "Art: Landkreis", "Einwohnerzahl: 90.000", "Personal: 0,5 Vollzeitstellen"):
        assert line in german
    for line in ("State: Hesse", "Kind: District", "Inhabitants: 90,000", "Funds: €250,000", "Time: 12\u00a0months"):
        assert line in english
    assert "Handlungsfeld: Umwelt und Wasser" in german
    assert "Filters: State: Hesse" in english
    assert full_memo().conclusion in english
    assert "Quellcode: zum Teil offen" in german
    assert "Source code: open in part" in english


def test_a_filter_keeps_what_its_value_was_called() -> None:
    used = Filter(name="nutzt", value="https://a.example/r/1", label="Beispielportal: Mitfahrten")
    memo = replace(full_memo(), searches=(SearchDone(at=NOW, text="Bus", filters=(used,)),))
    assert FORMAT.from_json(FORMAT.to_json(memo)) == memo
    assert "Setzt ein oder wendet an: Beispielportal: Mitfahrten" in all_texts(page(memo))
    assert "Uses or applies: Beispielportal: Mitfahrten" in all_texts(page(memo, "en"))


def test_foreign_words_carry_their_language() -> None:
    found = page(full_memo(), "de")
    spans = [span for block in found.blocks if isinstance(block, Heading) for span in (block.text,)]
    assert {span.lang for span in spans if span.text == "A solution in English"} == {"en"}
    asked = page(full_memo(), "en").blocks[2]
    assert isinstance(asked, Paragraph)
    assert [span.lang for span in asked.text] == ["de"]


@settings(max_examples=20)
@given(memos)
def test_any_valid_memo_makes_a_page_in_which_no_word_is_lost(memo: ReuseMemo) -> None:
    for lang in ("de", "en"):
        text = all_texts(page(memo, lang))
        assert all(find.record.title in text and find.reason in text for find in memo.finds)
        assert all(answer.note in text and answer.question in text for answer in memo.goals)
        assert all(part in text for part in memo.conclusion.split("\n"))


LANGUAGES = ("de", "en")


def test_no_text_is_left_in_german() -> None:
    alike = {code for code in TEXTS if Words("de")(code) == Words("en")(code)}
    assert alike == {"phase", "asked.opencode", "asked.fit_store"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_value_has_words(lang: str) -> None:
    words = Words(lang)
    codes = [f"decision.{code}" for code in Decision] + [f"duty.{code}" for code in (*Duty, *DutyState)]
    codes += [f"goal.{code}" for code in GoalState] + [f"node.{code}" for code in SearchedState]
    codes += [f"asked.{code}" for code in Asked] + [f"conflict.{code}" for code in Contradiction]
    codes += [f"way.{code}" for code in (*Verdict, "join", "award", "operate", "code_published")]
    codes += [f"way.or.{code}" for code in ("join", "award", "operate", "code_published")]
    codes += [f"openness.{code}" for code in Openness]
    assert all(words(code) for code in codes)


def test_words_of_the_machinery_do_not_reach_readers() -> None:
    forbidden = re.compile(r"\b(commit|branch|merge|anchor|digest|payload|slug|node)\b", re.IGNORECASE)
    assert [text for lang in LANGUAGES for code in TEXTS if forbidden.search(text := Words(lang)(code))] == []
