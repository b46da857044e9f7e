"""Who exchanges what, for everybody."""

from __future__ import annotations

import pytest

from app.catalogue import CatalogueService
from app.catalogue.queries import Heads
from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.filled import Filled


def test_page_names_every_node_with_its_records_freshness_and_comparison(still: Filled) -> None:
    page = read(still.b.client, "/netz")
    rows = {text_of(row.xpath("./td[1]")[0]): text_of(row) for row in page.xpath("//tbody/tr")}
    hub, origin = rows.values()
    assert "Partner, der auch Einträge anderer weitergibt" in hub
    assert "bekannt durch Beispielverbund H (h.example)" in origin
    assert "5 Einträge" in origin or "6 Einträge" in origin
    assert "24. November 2026, 10:00 Uhr" in origin
    assert "vollständig und aktuell" in hub
    assert "vollständig und aktuell" in origin
    assert page.xpath("//tbody//a[contains(@href, '/suche?herkunft=a.example')]")


def test_picture_shows_the_same_nodes_and_has_words_for_those_who_do_not_see_it(still: Filled) -> None:
    picture = read(still.b.client, "/netz").xpath("//*[local-name()='svg']")[0]
    assert picture.get("role") == "img"
    assert "Beispielnetz A (a.example)" in picture.get("aria-label")
    texts = [element.text for element in picture.iter() if element.tag.endswith("text")]
    assert texts[0] == "b"
    assert "Beispielverbund H (h.example)" in texts
    assert not picture.xpath(".//@style | ./@style")


def test_partners_learn_address_and_key(still: Filled) -> None:
    words = text_of(read(still.b.client, "/netz"))
    assert "https://b.example" in words
    assert still.h.services.harvest.look(still.b.issuer).federation_key in words


def test_a_node_alone_says_so(still: Filled) -> None:
    words = text_of(read(still.a.client, "/netz"))
    assert "Noch ist keine andere Seite beteiligt." in words
    assert still.a.client.get("/netz").headers.get("ETag") is None
    assert still.a.client.get("/en/netz").status_code == 200


def test_the_page_reads_no_line_for_each_record(still: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_given: object) -> Heads:
        raise AssertionError("all lines were read")

    monkeypatch.setattr(CatalogueService, "visible", refused)
    assert still.b.client.get("/netz").status_code == 200
