from typing import Any

import pytest

from app.catalogue import RecordWithdrawn
from app.federation.listing.own import ABOUT
from app.federation.listing.repository import OwnList, Target
from app.federation.service import FederationService
from app.federation.statement import Status, read_payload
from tests.webnode.node import STOPPED, WITHDRAWN


@pytest.fixture
def listed(federation: FederationService) -> OwnList:
    federation.listing.ensure()
    federation.follow()
    return federation.listing.listed


def test_a_list_that_is_written_anew_never_lacks_what_stays_in_it(
    federation: FederationService, listed: OwnList, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, number, seen = listed.listed(), listed.version(), list[set[str]]()
    confirm = OwnList._confirm_new

    def look(own: OwnList, *given: Any) -> None:
        confirm(own, *given)
        seen.append(set(own.listed()))

    monkeypatch.setattr(OwnList, "_confirm_new", look)
    federation.rebuild()
    assert listed.listed().keys() == before.keys()
    assert listed.version() > number
    assert seen
    assert all(paths == before.keys() for paths in seen)


def test_a_list_written_anew_drops_what_the_catalogue_lacks(federation: FederationService, listed: OwnList) -> None:
    stranger = STOPPED.replace(STOPPED[:8], "00000000")
    path = f"records/{stranger}.json"
    listed.publish(federation.listing.key.signer(), {path: listed.stage(path, Target(b"{}"))}, total=7)
    federation.rebuild()
    assert path not in listed.listed()
    assert {ABOUT, f"records/{STOPPED}.json", f"records/{WITHDRAWN}.json"} <= listed.listed().keys()


def test_a_damaged_list_is_written_anew(federation: FederationService, listed: OwnList) -> None:
    before = listed.listed().keys()
    (federation.folder / "metadata" / f"{listed.version()}.snapshot.json").write_bytes(b"{")
    federation.rebuild()
    assert listed.listed().keys() == before


def test_earlier_texts_of_a_withdrawn_record_are_not_given_out(federation: FederationService) -> None:
    assert read_payload(federation.own.payload("", WITHDRAWN, 2)).status is Status.WITHDRAWN
    with pytest.raises(RecordWithdrawn):
        federation.own.payload("", WITHDRAWN, 1)
