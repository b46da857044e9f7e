from __future__ import annotations

import pytest

from app.web.factory import create_app, read_templates
from app.wiring import Services


def test_no_page_waits_for_a_template_that_was_read_before(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(services, testing=True)
    read_templates(app)

    def compiled(*_given: object, **_named: object) -> None:
        pytest.fail("a template was compiled while somebody waited for a page")

    monkeypatch.setattr(app.jinja_env, "compile", compiled)
    client = app.test_client()
    for path in ("/", "/suche?q=Rufbus", "/suche?ansicht=karte", "/konzepte/rufbus", "/en/suche", "/nichts"):
        assert client.get(path).status_code in {200, 404}


def test_an_imported_template_knows_what_all_of_them_know(services: Services) -> None:
    app = create_app(services, testing=True)
    template = app.jinja_env.get_template("kickoff/bar.html")
    assert template.globals["label"] is app.jinja_env.globals["label"]
    template.globals["label"] = None
    assert app.jinja_env.globals["label"] is not None
