"""The hint that another node tells the same, for those who look after a record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.identity import RoleKind
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.filled import BENCH, Filled, fill
from tests.webnode.node import publish
from tests.webnode.people import sign_in, sign_out
from tests.webnode.texts import case_study

FOREIGN = f"/r/a.example/{BENCH}"
PAGE = "/fallstudien/mitfahrbank-hier"
TITLE = "Mitfahrbank nach einem Jahr eingestellt"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A network in which B tells a case that A tells too, and one like it of another town."""
    filled = fill(tmp_path_factory.mktemp("twins"), **OPERATOR)
    here = case_study("mitfahrbank-hier", f"Beispielstadt: {TITLE}").replace(b"Musterstadt", b"Beispielstadt")
    other = case_study("mitfahrbank-dort", f"Musterstadt: {TITLE}")
    node = filled.b.services
    publish(node, {"case-studies/mitfahrbank-hier/index.md": here, "case-studies/mitfahrbank-dort/index.md": other})
    node.follow()
    assert not node.neighbours.work_out(lambda: False)
    yield filled
    filled.net.close()


@pytest.fixture(params=[RoleKind.CURATOR, RoleKind.AUTHOR])
def role(request: pytest.FixtureRequest, told: Filled) -> Iterator[RoleKind]:
    sign_in(told.b.client, (request.param,), name=f"Beispiel {request.param}")
    yield request.param
    sign_out(told.b.client)


def test_record_page_tells_those_who_look_after_it(told: Filled, role: RoleKind) -> None:
    hint = read(told.b.client, PAGE).xpath(f"//aside[@aria-labelledby='fuer-sie']//a[@href='{FOREIGN}']")
    assert bool(hint) == (role is RoleKind.CURATOR)


def test_page_lists_what_is_told_twice_and_nothing_else(told: Filled, role: RoleKind) -> None:
    if role is not RoleKind.CURATOR:
        read(told.b.client, "/doppelt", 403)
        return
    (hit,) = read(told.b.client, "/doppelt").xpath("//li[@class='hit']")
    assert hit.xpath(".//h2/a/@href") == [PAGE]
    assert hit.xpath(f".//a[@href='{FOREIGN}']")
    assert "Herkunft: Beispielnetz A (a.example)" in text_of(hit)
    compare = hit.xpath(".//a[contains(@href, '/vergleich')]/@href")[0]
    assert read(told.b.client, compare).text_content().count(TITLE) >= 2
