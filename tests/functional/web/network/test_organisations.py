"""A solution lives at A, the body that passes it on is described by H, and readers ask at B.

B has chosen H as a peer and knows A by its word alone.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from lxml import html
from sqlalchemy import delete, update
from sqlmodel import col

from app.federation.harvest.models import ForeignRecord
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.filled import BENCH, SOLUTION, Filled, fill_further
from tests.netnodes.forging import changed, published
from tests.netnodes.net import NetNode
from tests.webnode.node import CONTENT, publish

BODY = "40000000-0000-4000-8000-000000000001"
TWIN = "40000000-0000-4000-8000-000000000002"
BODY_NAME = f"https://h.example/r/{BODY}"
BODY_FILE = "organisations/kreisdienst/index.md"
SOLUTION_FILE = "solutions/beispielportal-loesung/index.md"
SOLUTION_HERE = f"/r/a.example/{SOLUTION}"
KEY = "kreisdienst@h.example"
PLACE = {"ort": "Musterdorf", "ort_land": "HE", "ort_art": "municipality"}
ASKED = urlencode(PLACE)
MEMBER = urlencode({**PLACE, "mitglied": KEY})


def body(record_id: str, member: str = "") -> bytes:
    """Return an organisation like that of the small collection under another name, perhaps with a member."""
    text = (CONTENT / "organisations/beispielverbund/index.md").read_text("utf-8")
    text = text.replace("10000000-0000-4000-8000-000000000006", record_id).replace("Beispielverbund:", "Kreisdienst:")
    listed = f'members:\n  - {{org: {{{member}}}, as_of: "2025", sources: [satzung]}}\nrole:' if member else "role:"
    return text.replace("role:", listed, 1).encode()


def over_body(text: str) -> bytes:
    """Return the solution as one that the body of H passes on to its members."""
    named = text.replace("ref: organisation/beispielverbund", f"ref: {BODY_NAME}").replace(
        '"Beispielverbund"', '"Kreisdienst"'
    )
    return named.replace("membership: [beispielverbund]", f'membership: ["{BODY_NAME}"]').encode()


@pytest.fixture
def spread(tmp_path: Path) -> Iterator[Filled]:
    """What A offers can be had over a body that H describes; B has no organisation of its own."""
    spread = fill_further(tmp_path, offered_over_a_body, **OPERATOR)
    yield spread
    spread.net.close()


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """The same for tests that only read."""
    calm = fill_further(tmp_path_factory.mktemp("calm"), offered_over_a_body, **OPERATOR)
    yield calm
    calm.net.close()


def offered_over_a_body(net: Filled) -> None:
    net.b.follow(net.h)
    at_h(net, {BODY_FILE: body(BODY)})
    net.edit({SOLUTION_FILE: over_body(net.text(SOLUTION_FILE))})


def at_h(net: Filled, changes: dict[str, bytes | None]) -> None:
    """Publish at H and let it travel to B."""
    publish(net.h.services, changes)
    net.h.services.follow()
    net.net.clock.forward(minutes=15)
    net.b.harvest(net.h)


def panel(node: NetNode, asked: str, path: str = SOLUTION_HERE) -> html.HtmlElement:
    return read(node.client, f"{path}?{asked}").xpath("//section[@aria-labelledby='beziehbar']")[0]


def offered(node: NetNode) -> dict[str, str]:
    ticks = panel(node, ASKED).xpath(".//input[@name='mitglied']")
    return {tick.get("value"): text_of(tick.getparent().xpath("./label")[0]) for tick in ticks}


def answer(node: NetNode, asked: str = MEMBER, path: str = SOLUTION_HERE) -> str:
    return text_of(panel(node, asked, path).xpath(".//section[contains(@class, 'notice')]")[0])


def steps(node: NetNode, asked: str = MEMBER, path: str = SOLUTION_HERE) -> list[str]:
    return [text_of(step) for step in panel(node, asked, path).xpath(".//ol")[0].xpath("./li")]


def hits(node: NetNode, path: str) -> set[str]:
    return {href.partition("?")[0] for href in read(node.client, path).xpath("//h3[@class='hit-title']/a/@href")}


def test_readers_are_offered_the_bodies_of_a_chosen_peer_and_told_whom_to_ask(calm: Filled) -> None:
    assert offered(calm.b) == {KEY: "Kreisdienst"}
    found = panel(calm.b, ASKED)
    assert "Ob Musterdorf zu Kreisdienst gehört, ist hier nicht belegt." in text_of(found)
    assert any(href.startswith(f"/r/h.example/{BODY}?") for href in found.xpath(".//a/@href"))
    hrefs = read(calm.b.client, SOLUTION_HERE).xpath("//main//a[normalize-space()='Kreisdienst']/@href")
    assert f"/r/h.example/{BODY}" in hrefs


@pytest.mark.parametrize("path", [SOLUTION_HERE, f"/r/a.example/{BENCH}"])
def test_the_chain_says_whose_word_each_link_is(calm: Filled, path: str) -> None:
    assert answer(calm.b, path=path).startswith("Musterdorf: ja, wenn Ihre Angabe zutrifft")
    stated, offers = steps(calm.b, path=path)
    assert stated == "nach Ihrer Angabe Musterdorf ist Mitglied bei Kreisdienst."
    assert offers.startswith("belegt Kreisdienst bietet Beispielportal an. Stand Oktober 2026")
    assert "laut Beispielnetz A (a.example)" in offers
    picture = panel(calm.b, MEMBER, path).xpath(".//*[local-name()='svg']/@aria-label")[0]
    assert "Kreisdienst – bietet an → Beispielportal" in picture


def test_a_recorded_member_needs_no_statement(spread: Filled) -> None:
    at_h(spread, {BODY_FILE: body(BODY, 'name: "Stadt Musterstadt"')})
    city = urlencode({"ort": "Musterstadt", "ort_land": "HE", "ort_art": "independent_city"})
    belongs = steps(spread.b, city)[0]
    assert belongs.startswith("belegt Musterstadt ist Mitglied bei Kreisdienst. Stand 2025")
    assert "laut Beispielverbund H (h.example)" in belongs
    hit = text_of(read(spread.b.client, f"/suche?q=Beispielportal&art=solution&{city}"))
    assert "Mitgliedschaften laut Beispielverbund H (h.example)." in hit


def test_hits_comparison_and_memo_say_the_same(calm: Filled) -> None:
    found = text_of(read(calm.b.client, f"/suche?q=Beispielportal&{MEMBER}"))
    way = "inhouse über den kommunalen IT-Dienstleister, Kreisdienst (Hessen)"
    assert f"Für uns beziehbar? Ja: {way}" in found
    assert f"Ohne Ausschreibung: möglich, wenn Ihre Angabe zutrifft. Ja: {way}" in found
    assert "gehört zu Kreisdienst" in found
    compared = text_of(read(calm.b.client, f"/auswahl?gemerkt=a.example/{SOLUTION}&{MEMBER}"))
    assert "Ja: inhouse über den kommunalen IT-Dienstleister, Kreisdienst (Hessen)" in compared
    memo = text_of(read(calm.b.client, f"/auswahl?q=Beispielportal&gemerkt=a.example/{SOLUTION}&{MEMBER}"))
    assert "Kreisdienst" in memo
    assert "kreisdienst" not in memo
    assert SOLUTION_HERE in hits(calm.b, f"/suche?q=Beispielportal&nur_beziehbar=1&{MEMBER}")


@pytest.mark.parametrize("damage", ["spoiled", "not_understood"])
def test_a_damaged_organisation_of_a_peer_takes_nothing_else_away(spread: Filled, damage: str) -> None:
    # As after an upgrade to a program that takes fewer licences.
    other = changed(published(spread.h, BODY), {"license": "CC-BY-NC-4.0"}).payload().decode()
    payload = "kein JSON" if damage == "spoiled" else other
    with spread.b.services.sessions.begin() as db:
        db.execute(update(ForeignRecord).where(col(ForeignRecord.record_id) == BODY).values(payload=payload))
    # A process that starts now has to read it; any change of an organisation has all solutions indexed anew.
    publish(spread.h.services, {"organisations/anderer-dienst/index.md": body(TWIN)})
    spread.h.services.follow()
    fresh = spread.net.open("b", **OPERATOR)
    fresh.harvest(spread.h)
    assert SOLUTION_HERE in hits(fresh, "/suche?q=Beispielportal")
    assert "Beispielportal" in text_of(read(fresh.client, SOLUTION_HERE))
    assert KEY not in offered(fresh)


def test_a_damaged_organisation_of_the_solution_s_own_node_takes_no_page_away(spread: Filled) -> None:
    theirs = [entry.id for entry in spread.b.services.catalogue.heads("organisation") if entry.origin == "a.example"]
    assert theirs
    with spread.b.services.sessions.begin() as db:
        db.execute(delete(ForeignRecord).where(col(ForeignRecord.record_id).in_(theirs)))
    fresh = spread.net.open("b", **OPERATOR)
    assert "Beispielportal" in text_of(read(fresh.client, SOLUTION_HERE))
    assert KEY in offered(fresh)


def test_a_criterion_is_met_as_long_as_the_word_of_the_peer_counts(spread: Filled) -> None:
    harvest, peer = spread.b.services.harvest, spread.h.issuer

    def known() -> tuple[str, bool, bool]:
        entry = spread.b.services.catalogue.head(SOLUTION, "a.example")
        state = {found.code: found.state for found in spread.b.services.reuse.productisation(entry)}["in_house_route"]
        ready = read(spread.b.client, "/produktreife?erfuellt=in_house_route").xpath("//main//a/@href")
        found = hits(spread.b, "/suche?q=Beispielportal&produkt=in_house_route")
        return state, SOLUTION_HERE in ready, SOLUTION_HERE in found

    assert known() == ("met", True, True)
    harvest.count_organisations(peer, counts=False)
    assert known() == ("partly", False, False)
    assert offered(spread.b) == {}
    assert answer(spread.b).startswith("Musterdorf: noch offen")
    harvest.count_organisations(peer, counts=True)
    assert known() == ("met", True, True)
    harvest.remove(peer)
    assert known() == ("partly", False, False)


def test_adding_a_peer_again_keeps_what_was_decided_about_its_organisations(spread: Filled) -> None:
    harvest = spread.b.services.harvest
    harvest.count_organisations(spread.h.issuer, counts=False)
    spread.b.follow(spread.h, mirror=True)
    spread.b.follow(spread.a)
    counting = {one.origin: one.organisations for one in harvest.nodes.all()}
    assert counting == {"a.example": True, "h.example": False}
    assert offered(spread.b) == {"beispielverbund@a.example": "Beispielverbund"}


def test_organisations_of_a_node_that_nobody_chose_do_not_change_answers(spread: Filled) -> None:
    before = (offered(spread.b), answer(spread.b), answer(spread.b, ASKED))
    spread.edit({BODY_FILE: body(TWIN, f'name: "Anders", ref: {BODY_NAME}')})
    assert spread.b.services.catalogue.head(TWIN, "a.example").kind == "organisation"
    assert (offered(spread.b), answer(spread.b), answer(spread.b, ASKED)) == before
    forged = urlencode({**PLACE, "mitglied": "kreisdienst@a.example"})
    assert answer(spread.b, forged).startswith("Musterdorf: noch offen")


def test_a_body_of_our_own_comes_first_and_addresses_with_the_other_go_on_to_mean_both(spread: Filled) -> None:
    publish(spread.b.services, {BODY_FILE: body(TWIN)})
    spread.b.services.follow()
    assert offered(spread.b) == {"kreisdienst": "Kreisdienst"}
    for stated in ("kreisdienst", KEY):
        asked = urlencode({**PLACE, "mitglied": stated})
        assert answer(spread.b, asked).startswith("Musterdorf: ja")
        ticked = panel(spread.b, asked).xpath(".//input[@name='mitglied'][@checked]/@value")
        assert ticked == [stated]
