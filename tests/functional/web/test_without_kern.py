from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.shared.config import Settings
from app.web.factory import create_app
from app.wiring import Services
from tests.webnode.checks import check_page
from tests.webnode.node import STOPPED_PAGE


@pytest.fixture
def plain(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The site of a checkout in which set-up could not fetch KERN."""
    source = services.settings.static_path
    for folder in ("css", "js", "img"):
        (tmp_path / folder).symlink_to(source / folder)
    monkeypatch.setattr(Settings, "static_path", property(lambda _self: tmp_path))
    return create_app(services, testing=True)


def test_site_runs_with_its_own_style_sheet_and_says_so(plain: Flask) -> None:
    answer = plain.test_client().get(STOPPED_PAGE)
    document = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
    sheets = [address.rpartition("/")[2] for address in document.xpath("//link[@rel='stylesheet']/@href")]
    assert sheets == ["plain.css", "site.css", "drawings.css"]
    assert "Die Gestaltung von KERN fehlt" in document.find(".//footer").text_content()
