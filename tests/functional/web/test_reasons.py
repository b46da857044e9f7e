from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.search.query import Reason, ReasonCode, SearchHit
from app.web.search.hits import why

PARAMS = {"word": "Rufbus", "topic": "mobility"}
HIT = SearchHit(uid="1", id="1", origin="", kind="case-study", slug="rufbus", score=1.0)


def worded(app: Flask, code: str) -> tuple[str, ...]:
    with app.test_request_context("/suche"):
        app.preprocess_request()
        return why(replace(HIT, reasons=(Reason(code=code, params=PARAMS),)))


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_the_search_gives_has_words(app: Flask, code: ReasonCode) -> None:
    (words,) = worded(app, code)
    assert any(one in words for one in ("Rufbus", "Mobilität", "passt auch dem Sinn nach"))


def test_reasons_tell_themselves_apart(app: Flask) -> None:
    assert len({worded(app, code) for code in ReasonCode}) == len(ReasonCode)


def test_keyword_is_called_what_readers_call_it(app: Flask) -> None:
    assert worded(app, ReasonCode.WORD_IN_KEYWORD) == ("„Rufbus“ unter den Schlagwörtern",)


def test_reason_of_a_later_release_is_left_out(app: Flask) -> None:
    assert worded(app, "not_known_yet") == ()
