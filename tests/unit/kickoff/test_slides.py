from dataclasses import replace

import pytest

from app.documents.blocks import Deck, Slide
from app.kickoff.memo.memo import ReuseMemo
from app.kickoff.slides import few_words, memo_deck
from tests.unit.kickoff.memo.examples import empty_memo, exports, full_memo


def deck(memo: ReuseMemo, lang: str = "de") -> Deck:
    return memo_deck(exports().draft(memo, lang))


def words(slide: Slide) -> str:
    points = [f"{one.label} {''.join(span.text for span in one.text)} {one.note}" for one in slide.points]
    figures = [f"{one.value} {one.label.text} {one.note}" for one in slide.figures]
    return " ".join([*points, *figures, *("".join(span.text for span in line) for line in slide.sources)])


def test_a_full_memo_fills_five_sheets_from_its_own_words() -> None:
    memo, found = full_memo(), deck(full_memo())
    assert [found.slides[place].title for place in (0, 3)] == ["Das Problem", "Fehlschläge und Risiken"]
    problem, done, cost, risks, advice = map(words, found.slides)
    assert memo.question.split(".")[0][:40] in problem
    assert "Geprüft" in done
    assert "38.000" in cost.replace("\N{NO-BREAK SPACE}", " ")
    assert memo.conclusion.split(".")[0][:40] in advice
    assert all(find.record.title in risks for find in memo.finds if find.decision == "rejected")
    assert found.address == next(find for find in memo.finds if find.decision == "taken").record.address
    assert all(slide.sources for slide in found.slides[1:])
    assert [slide.leads_on for slide in found.slides] == [False, True, False, False, False]


def test_a_find_that_was_stopped_stands_among_the_failures_whatever_was_decided() -> None:
    memo = full_memo()
    taken = next(find for find in memo.finds if find.decision == "taken")
    stopped = replace(taken, record=replace(taken.record, outcome="stopped"))
    risk = deck(memo.with_find(stopped)).slides[3].points[0]
    assert (risk.label.split()[0], risk.text[0].text) == ("Eingestellt", taken.record.title)
    assert deck(memo).slides[3].points[0].label != risk.label


@pytest.mark.parametrize("lang", ["de", "en"])
def test_an_empty_memo_says_what_is_open_and_invents_nothing(lang: str) -> None:
    found = deck(empty_memo(), lang)
    problem, done, cost, risks, advice = map(words, found.slides)
    assert problem.count("(offen)" if lang == "de" else "(open)") == 2
    assert ("nichts" if lang == "de" else "Nothing") in done
    assert ("(offen)" if lang == "de" else "(open)") in cost
    assert ("ist hier nicht bekannt" if lang == "de" else "is not known here") in risks
    assert ("noch nicht geschrieben" if lang == "de" else "has been written yet") in advice
    assert (found.address, found.mark) == ("", "")


def test_few_words_are_whole_sentences_without_marks() -> None:
    text = "Die Bank steht seit dem **3. Mai 2021**.[^zeitung] Sie kostete z. B. 200 Euro. " + "Und so weiter. " * 20
    found = few_words(text)
    assert found.startswith("Die Bank steht seit dem 3. Mai 2021. Sie kostete z. B. 200 Euro.")
    assert found.endswith("Und so weiter.")
    assert len(found) <= 190


def test_a_first_sentence_goes_even_where_it_is_long_and_an_endless_one_is_cut_between_words() -> None:
    long = "Wort " * 50 + "Ende."
    assert few_words(f"{long} Noch einer.") == long
    assert few_words("Wort " * 100).endswith("Wort …")
