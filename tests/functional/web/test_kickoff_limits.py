# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import pytest
from flask import Flask, request

from app.search.port import SearchResult
from app.web.kickoff.situation import read_kickoff
from app.web.search.page import left_out, without_limits
from app.web.search.question import read_question


def told(app: Flask, address: str, left: int, unexamined: int = 0) -> tuple[str, ...]:
    with app.test_request_context(address):
        result = SearchResult(hits=(), total=2, facets=(), left_out=left, examined=9, unexamined=unexamined)
        return tuple(left_out(result, read_kickoff(request.args).situation))


@pytest.mark.parametrize(
    ("limits", "number", "sentence"),
    [
        ("nur_offen=1", 1, "Eine Lösung ist ausgelassen, weil ihr Quellcode bekanntermaßen nicht offen ist."),
        ("nur_offen=1", 7, "7 Lösungen sind ausgelassen, weil ihr Quellcode bekanntermaßen nicht offen ist."),
        ("nur_beziehbar=1", 7, "7 Lösungen sind ausgelassen, weil Ihr Ort sie nach den Einträgen nicht beziehen kann."),
        (
            "nur_offen=1&nur_beziehbar=1",
            2,
            (
                "2 Lösungen sind ausgelassen, weil ihr Quellcode bekanntermaßen nicht offen ist oder weil Ihr Ort sie"
                " nach den Einträgen nicht beziehen kann."
            ),
        ),
    ],
)
def test_says_how_many_are_left_out_and_why(app: Flask, limits: str, number: int, sentence: str) -> None:
    found = told(app, f"/suche?q=App&{limits}", number)
    assert found == (sentence,)


def test_says_what_was_not_examined(app: Flask) -> None:
    found = told(app, "/suche?nur_offen=1", 0, unexamined=12)
    assert found == ("12 weitere Einträge wurden nicht auf Ihre Grenzen geprüft und stehen nicht in der Liste.",)


def test_the_way_out_drops_the_limits_and_keeps_the_rest(app: Flask) -> None:
    with app.test_request_context("/suche?q=App&land=HE&nur_offen=1&nur_beziehbar=1&monate=12"):
        kickoff = read_kickoff(request.args)
        question = read_question(request.args, kickoff.parameters(), ranked=kickoff.reorders)
        assert without_limits(question, kickoff) == "/suche?q=App&land=HE&monate=12"


def test_nothing_left_out_is_not_mentioned(app: Flask) -> None:
    assert told(app, "/suche?q=App&nur_offen=1", 0) == ()
