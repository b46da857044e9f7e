# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A node that went back to a backup, while the place of pictures and files kept what was published since."""

from __future__ import annotations

from hashlib import sha256

import pytest

from app.cli.doctor.command import diagnose
from app.cli.doctor.finding import Grade
from app.federation.recovery.restoration import Trouble
from app.wiring.foundation import RESTORED
from app.wiring.node import Node
from tests.file_places import FilePlace
from tests.functional.federation.recovery.accident import FileNet, back_up, beside, recovered, restore
from tests.functional.web.test_reader import quiet
from tests.netnodes.net import NetNode, concept, path, record_id, tombstone

ONE, TWO = record_id(1), record_id(2)
PLAN, OLD, OTHER = b"%PDF-1.4 ein Plan", b"%PDF-1.4 alt", b"%PDF-1.4 anderes"
SPEAKS = "Der Plan steht in plan.pdf."


def hashed(*files: bytes) -> set[str]:
    return {sha256(data).hexdigest() for data in files}


@pytest.fixture
def a(net: FileNet, b: NetNode, file_place: FilePlace) -> NetNode:
    """A as `restore` leaves it, which lacks what it published since; its files lie where several machines find them."""
    a = net.node("a", **file_place.settings)
    a.write({path(ONE): concept(ONE, "Eins"), beside(ONE, "alt.pdf"): OLD})
    a.write({path(TWO): concept(TWO, "Geht"), beside(TWO, "geht.pdf"): OTHER})
    b.follow(a)
    a.follow(b)
    b.harvest(a)
    a = back_up(net, a, **file_place.settings)
    (net.folder / "backup" / "node" / RESTORED).touch()
    net.clock.forward(minutes=5)
    a.write({path(ONE): concept(ONE, "Zwei", SPEAKS), beside(ONE, "plan.pdf"): PLAN})
    b.harvest(a)
    return restore(net, **file_place.settings)


def kept(place: FilePlace) -> set[str]:
    return set(place.store().sizes())


def found(node: NetNode) -> set[tuple[str, Grade]]:
    return {(one.code, one.grade) for one in diagnose(node.services).findings if one.area == "files"}


def test_a_restored_node_removes_no_file_before_its_versions_are_back(a: NetNode, file_place: FilePlace) -> None:
    a.services.catalogue.catch_up()
    assert found(a) == {("restored", Grade.WARNING)}
    a.write({path(TWO): tombstone(TWO), beside(TWO, "geht.pdf"): None})
    assert "files" in a.services.privacy.erasure.finish()
    assert kept(file_place) == hashed(PLAN, OLD, OTHER)
    assert recovered(a).waiting == ()
    assert a.shown("") == {ONE: (2, "Zwei")}
    assert kept(file_place) == hashed(PLAN, OLD)
    assert found(a) == set()


def test_a_file_that_no_partner_has_comes_from_there(net: FileNet, a: NetNode) -> None:
    net.instead = {"plan.pdf": None}
    (one,) = recovered(a).records
    assert (one.versions, one.missing, one.trouble) == ([2], [], None)
    entry = a.services.catalogue.head(ONE)
    assert a.services.catalogue.file(entry, "plan.pdf") == PLAN


def test_a_place_that_cannot_be_reached_is_waited_for(net: FileNet, a: NetNode, file_place: FilePlace) -> None:
    net.instead = {"plan.pdf": None}
    with file_place.away():
        (one,) = recovered(a).records
    assert (one.versions, one.missing, one.trouble) == ([], ["plan.pdf"], Trouble.UNREACHABLE)
    assert recovered(a).waiting == ()
    assert a.shown("")[ONE] == (2, "Zwei")


def test_files_are_kept_while_a_partner_has_not_answered(
    net: FileNet, a: NetNode, b: NetNode, file_place: FilePlace
) -> None:
    net.down.add(b.issuer.address)
    assert recovered(a).waiting == ()
    a.services.catalogue.catch_up()
    assert hashed(PLAN) <= kept(file_place)
    net.down.clear()
    recovered(a)
    assert kept(file_place) == hashed(PLAN, OLD, OTHER)
    assert not (a.services.settings.data / RESTORED).exists()


def test_files_of_other_nodes_are_kept_as_well(a: NetNode, file_place: FilePlace) -> None:
    (other,) = hashed(OTHER)
    held, store = a.services.harvest.files.held, file_place.store("foreign-files")
    held.maintain()
    file_place.write(other, OTHER, "foreign-files")
    held.maintain()
    assert other in store.sizes()
    assert recovered(a).waiting == ()
    held.maintain()
    assert other not in store.sizes()


def test_building_the_catalogue_anew_ends_that_on_a_node_without_such_a_place_too(net: FileNet) -> None:
    alone = net.node("c")
    alone.publish(ONE)
    alone.services.restored.touch()
    Node(alone.services).reindex(quiet, catalogue=True)  # type: ignore[arg-type]  # reports to nobody
    assert not alone.services.restored.exists()


def test_whoever_builds_the_catalogue_anew_says_that_it_is_the_right_one(a: NetNode, file_place: FilePlace) -> None:
    a.services.catalogue.catch_up()
    Node(a.services).reindex(quiet, catalogue=True)  # type: ignore[arg-type]  # reports to nobody
    assert kept(file_place) == hashed(OLD, OTHER)
    assert not (a.services.settings.data / RESTORED).exists()


def test_building_the_catalogue_anew_lets_nothing_go_while_versions_are_known_to_be_lost(
    net: FileNet, a: NetNode, file_place: FilePlace
) -> None:
    a.services.catalogue.catch_up()
    a.services.recovery.plan(lambda *_: None)
    assert a.services.recovery.waiting()
    (old,) = hashed(OLD)
    file_place.store().remove(old)
    (missing,) = (one for one in diagnose(a.services).findings if (one.area, one.code) == ("files", "missing"))
    assert missing.remedy.startswith("erfahrungsnetz recover --yes")
    Node(a.services).reindex(quiet, catalogue=True)  # type: ignore[arg-type]  # reports to nobody
    assert kept(file_place) == hashed(PLAN, OLD, OTHER)
    net.instead = {"plan.pdf": None}
    assert recovered(a).waiting == ()
    assert a.shown("")[ONE] == (2, "Zwei")
