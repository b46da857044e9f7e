"""Who exchanges what, for everybody."""

from __future__ import annotations

from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.filled import BENCH, Filled


def test_page_names_every_node_with_its_records_and_when_it_confirmed_its_list(still: Filled) -> None:
    page = read(still.b.client, "/netz")
    (row,) = page.xpath("//tbody/tr")
    assert "Beispielnetz A (a.example)" in text_of(row)
    assert "5 Einträge" in text_of(row) or "6 Einträge" in text_of(row)
    assert "24. November 2026, 10:00 Uhr" in text_of(row)
    assert row.xpath(".//a[contains(@href, '/suche?herkunft=a.example')]")


def test_a_node_that_says_nothing_is_first_unconfirmed_then_hidden_then_forgotten(net: Filled) -> None:
    page, client = f"/r/a.example/{BENCH}", net.b.client
    net.net.down.add("https://a.example")
    for days, status in ((8, 200), (24, 404), (60, 404)):
        net.net.clock.forward(days=days)
        net.b.harvest(net.a)
        net.b.services.harvest.moderation.age()
        assert client.get(page).status_code == status
        if status == 200:
            since = "seit 24. November 2026, 10:00 Uhr"
            assert f"Die Herkunft hat diesen Eintrag {since} nicht mehr bestätigt." in text_of(read(client, page))
            assert f"nicht bestätigt {since}" in text_of(read(client, "/netz"))
        assert ("a.example" in text_of(read(client, "/netz"))) == (status == 200)
    assert net.b.services.harvest.nodes.record_counts() == {}
    net.net.down.clear()
    net.b.harvest(net.a)
    net.b.services.harvest.moderation.age()
    assert client.get(page).status_code == 200


def test_a_node_alone_says_so(still: Filled) -> None:
    words = text_of(read(still.a.client, "/netz"))
    assert "Noch ist keine andere Seite beteiligt." in words
    assert still.a.client.get("/netz").headers.get("ETag") is None
    assert still.a.client.get("/en/netz").status_code == 200
