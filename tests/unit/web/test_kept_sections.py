from __future__ import annotations

from types import SimpleNamespace

import pytest
from markupsafe import Markup

from app.catalogue.moment import Moment
from app.records.record import Section
from app.web.records import text
from app.web.records.files import FilePlaces
from tests.unit.records import examples


def test_what_a_slow_request_renders_after_a_publication_is_shown_to_no_later_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = {"seq": 7, "links": "old"}
    catalogue = SimpleNamespace(last_seq=lambda: state["seq"], moment=Moment())
    monkeypatch.setattr(text, "services", lambda: SimpleNamespace(catalogue=catalogue))
    monkeypatch.setattr(text, "mount_point", lambda: "")
    monkeypatch.setattr(text, "current_language", lambda: "de")
    monkeypatch.setattr(text, "render_text", lambda *_args: Markup(state["links"]))
    section, files = Section(id="anlass", title="Anlass", markdown="Text"), FilePlaces(url="/f/")
    slow = text.section_renderer(examples.record(), files)
    state["seq"] = 8
    later = text.section_renderer(examples.record(), files)
    assert slow(section) == "old"
    state["links"] = "new"
    assert later(section) == "new"
