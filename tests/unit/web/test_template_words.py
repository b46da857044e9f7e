from collections.abc import Callable

import pytest
from babel.support import NullTranslations
from flask import Flask, render_template_string

from app.web.shell import wording
from app.web.shell.language import ENVIRON_KEY

Render = Callable[..., str]


@pytest.fixture(params=["de", "en"])
def render(request: pytest.FixtureRequest) -> Render:
    app = Flask(__name__)
    wording.register(app, "Europe/Berlin")

    def rendered(source: str, **values: object) -> str:
        with app.test_request_context("/", environ_overrides={ENVIRON_KEY: request.param}):
            return render_template_string(source, **values)

    rendered.language = request.param  # type: ignore[attr-defined]  # for the tests below
    return rendered


def test_a_template_speaks_the_language_of_the_request(render: Render) -> None:
    words = {"de": "Suchen", "en": "Search"}[render.language]  # type: ignore[attr-defined]  # see above
    assert render('{{ _("Search") }} {{ _("Search") }} {{ gettext("Search") }}') == f"{words} {words} {words}"


def test_what_fills_a_message_is_escaped_and_the_message_is_not(render: Render) -> None:
    shown = render('{{ _("%(site)s: %(name)s", site="<b>", name=name) }}', name="a & b")
    assert shown == "&lt;b&gt;: a &amp; b"
    assert render('{{ _("100 %% done") }}') == "100 % done"


def test_outside_of_a_request_messages_speak_for_themselves() -> None:
    assert isinstance(wording.translations(), NullTranslations)
    assert wording._("Search") == "Search"
