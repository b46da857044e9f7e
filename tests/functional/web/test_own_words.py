"""On English pages what is said in a record's own words says that it is German, so that it is read aloud rightly."""

import pytest
from flask import Flask
from lxml import html

from app.reuse.productisation import Criterion, CriterionState, Evidence
from app.web.records.writer import writer_for
from app.web.reuse.products import criterion_evidence
from app.web.shell.shown import spoken as marked
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.node import RUNNING, SOLUTION, SOLUTION_PAGE, STOPPED, STOPPED_PAGE

COMPARED = f"/auswahl?gemerkt={STOPPED}&gemerkt={RUNNING}"
MEMO = f"/auswahl?gemerkt={STOPPED}&gemerkt={SOLUTION}"


def spoken(document: html.HtmlElement, words: str) -> set[str | None]:
    """Return the languages in which those words are read aloud, wherever they stand in the middle of the page."""
    main = document.find(".//main")
    texts = main.xpath(".//text()[contains(., $words)]", words=words)
    # What stands behind an element is its tail to lxml, but read aloud as whatever holds both.
    holders = [node.getparent().getparent() if node.is_tail else node.getparent() for node in texts]
    assert holders, words
    return {next(iter(holder.xpath("ancestor-or-self::*[@lang][1]/@lang")), None) for holder in holders}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (STOPPED_PAGE, "Drei Bänke mit Schild"), (STOPPED_PAGE, "Es gibt Durchgangsverkehr"),
        (SOLUTION_PAGE, "Satzung"), (SOLUTION_PAGE, "Mitglieder"), (COMPARED, "eingestellt: zu wenige Mitfahrten"),
        (COMPARED, "Drei Bänke mit Schild"), (MEMO, "Mitfahrbank"),
    ],
)  # fmt: skip
def test_words_of_a_record_say_their_language_among_those_of_the_page(read: Read, path: str, words: str) -> None:
    assert spoken(read(f"/en{path}"), words) == {"de"}
    assert spoken(read(path), words) == {"de"}, "the language of the page"


def test_lists_in_a_group_and_remarks_on_a_product_are_the_record_s_own_words(app: Flask, services: Services) -> None:
    with app.test_request_context("/"):
        writer = writer_for(services.catalogue.record(services.catalogue.head(STOPPED)))
        effort = writer.kind.field("effort")
        assert effort is not None
        (team,) = writer.lines(effort, {"team": ["eine Kraft", "zwei Ehrenamtliche"]})
        assert list(marked(team.text)) == [("eine Kraft", "de"), (", ", ""), ("zwei Ehrenamtliche", "de")]
        writer = writer_for(services.catalogue.record(services.catalogue.head(SOLUTION)))
        remark = Evidence(field="sales_role.note", value="Niemand nennt Preise.")
        (said,) = criterion_evidence(
            Criterion(code="sales_role", state=CriterionState.UNKNOWN, evidence=(remark,)), writer
        )
        assert list(marked(said.text)) == [("Niemand nennt Preise.", "de")]


def test_words_of_the_page_beside_them_stay_in_its_language(read: Read) -> None:
    page = read(f"/en{STOPPED_PAGE}")
    assert "en" in spoken(page, "April 2022")
    assert spoken(page, "your place has under 5,000 inhabitants") == {"en"}


@pytest.mark.parametrize("path", [STOPPED_PAGE, "/suche?q=Bank", COMPARED, "/produktreife", "/"])
def test_decisions_about_a_record_name_it_for_ears_in_its_language(read: Read, path: str) -> None:
    for page, lang in ((f"/en{path}", ["de"]), (path, [])):
        about = read(page).xpath(
            "(//*[contains(@class, 'choosing')]/a | //tr[@class='decided']//*[self::a or self::button])"
            "/span[contains(@class, 'kern-sr-only')]/span"
        )
        assert about
        assert [one.xpath("@lang") for one in about] == [lang] * len(about)


@pytest.mark.parametrize("path", [STOPPED_PAGE, COMPARED, "/eingestellt"])
def test_a_source_is_named_in_the_language_of_its_title(read: Read, path: str) -> None:
    marks = read(f"/en{path}").xpath("//main//sup/a")
    assert marks
    for mark in marks:
        assert mark.get("aria-label").startswith("Quelle ")
        assert mark.xpath("ancestor-or-self::*[@lang][1]/@lang") == ["de"]
