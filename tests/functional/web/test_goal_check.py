"""Ten questions before a project starts; the answers go into the memo and nothing typed is lost on the way."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.kickoff.goals import goal_questions
from app.kickoff.memo.memo import GoalState
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.checks import page_of
from tests.webnode.forms import send
from tests.webnode.memo import DRAFT, KICKOFF, SECRET, memo_form, press, typed

CHECK = f"/zielpruefung?{KICKOFF}"
TAKE_OVER = "aktualisieren"
FIRST, SECOND, THIRD = (f"ziel_{question.id}" for question in goal_questions()[:3])


def goals(services: Services, document: html.HtmlElement) -> list[tuple[GoalState, str]]:
    """Return the answers in a memo's page."""
    fields = typed(document)
    memo = services.memos.form.from_json(fields["vermerk"].encode())
    assert [goal.question for goal in memo.goals] == [question.words("de") for question in goal_questions()]
    numbers = range(len(memo.goals))
    return [(GoalState(fields[f"zielfrage_{n}"]), fields[f"zielfrage_{n}_text"]) for n in numbers]


def test_result_names_what_is_open_first(client: FlaskClient, read: Read) -> None:
    answers = {FIRST: "yes", SECOND: "no", THIRD: "partly", f"{SECOND}_text": SECRET}
    document = page_of(press(client, read(CHECK), "ergebnis", **answers))
    groups = [one.text_content() for one in document.xpath("//*[@id='ergebnis']//strong")]
    assert groups == ["Nicht geklärt (1)", "Noch nicht bekannt (7)", "Zum Teil geklärt (1)", "Geklärt (1)"]
    assert document.xpath("//*[@id='ergebnis']//a")[0].get("href") == f"#{SECOND}"
    assert {name: typed(document)[name] for name in answers} == answers


def test_answers_go_into_the_memo_of_the_same_kickoff(services: Services, client: FlaskClient, read: Read) -> None:
    answers = {FIRST: "yes", f"{FIRST}_text": "Beschluss\u0308 vom\u00a0März", SECOND: "no"}
    answer = press(client, read(CHECK), TAKE_OVER, **answers)
    document = page_of(answer)
    found = goals(services, document)
    assert found[:2] == [(GoalState.YES, "Beschluss\u0308 vom\u00a0März"), (GoalState.NO, "")]
    assert typed(document)["frage"] == "Mitfahrbank"
    assert len(document.xpath("//button[starts-with(@value, 'entfernen:')]")) == 2
    exported = press(client, document, "herunterladen:md").get_data(as_text=True)
    assert "Ziele und Rückhalt" in exported


def test_memo_being_written_travels_through_the_check(services: Services, client: FlaskClient, read: Read) -> None:
    check = page_of(press(client, read(DRAFT), "ziele", anlass=SECRET, fund_0="taken"))
    check = page_of(press(client, check, "ergebnis", **{FIRST: "partly", f"{FIRST}_text": "Stand"}))
    memo = page_of(press(client, check, TAKE_OVER))
    assert typed(memo)["anlass"] == SECRET
    assert typed(memo)["fund_0"] == "taken"
    assert goals(services, memo)[0] == (GoalState.PARTLY, "Stand")
    # Changed on the memo's page, the answers come back into the check.
    again = page_of(press(client, memo, "ziele", zielfrage_0="yes", zielfrage_0_text="Jetzt ganz"))
    assert (typed(again)[FIRST], typed(again)[f"{FIRST}_text"]) == ("yes", "Jetzt ganz")
    without = page_of(press(client, memo, "ziele-entfernen"))
    assert "zielfrage_0" not in typed(without)
    assert typed(without)["anlass"] == SECRET


@pytest.mark.parametrize("kennung", ["x", "../../..", "a" * 43 + "/loeschen", "//evil.example"])
def test_made_up_token_leads_nowhere_else(client: FlaskClient, read: Read, kennung: str) -> None:
    document = page_of(send(client, CHECK, {"kennung": kennung, FIRST: "yes"}, content_type="multipart/form-data"))
    assert memo_form(document).get("action").startswith("/vermerk?")
