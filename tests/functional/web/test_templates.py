"""Templates and style sheets are there before the first reader."""

from pathlib import Path

import pytest
from flask import Flask

from app.identity import RoleKind
from app.shared.config import Settings
from app.web.factory import create_app, read_templates
from app.wiring import Services
from tests.webnode.checks import check_page
from tests.webnode.node import STOPPED_PAGE
from tests.webnode.people import sign_in


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


@pytest.fixture
def plain(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The site of a checkout in which set-up could not fetch KERN."""
    source = services.settings.static_path
    for folder in ("css", "js", "img"):
        (tmp_path / folder).symlink_to(source / folder)
    monkeypatch.setattr(Settings, "static_path", property(lambda _self: tmp_path))
    return create_app(services, testing=True)


def test_site_runs_with_its_own_style_sheet_and_says_so(plain: Flask) -> None:
    client = plain.test_client()
    sign_in(client, [RoleKind.OPERATOR], name="Beispiel")
    answer = client.get(STOPPED_PAGE)
    document = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
    sheets = [address.rpartition("/")[2] for address in document.xpath("//link[@rel='stylesheet']/@href")]
    assert sheets == ["plain.css", "site.css", "drawings.css"]
    assert "Die Gestaltung von KERN fehlt" in document.find(".//footer").text_content()
