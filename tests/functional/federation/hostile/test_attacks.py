"""Nobody takes another's name or record: one test for each attack of docs/threat-model.md, between real processes."""

import time
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import Any, Literal
from unicodedata import normalize

import pytest
from tuf.api.metadata import SuccinctRoles, TargetFile

from app.federation.harvest import intake
from app.federation.harvest.foreign_records import ForeignRecordNotFound
from app.federation.harvest.nodes import NameTaken
from app.federation.issuer import Issuer
from app.federation.listing import reading
from app.web.factory import create_app
from app.web.responses.beside_record import SHOWN
from tests.functional.federation.hostile.conftest import BENCH_PAGE, KEY, Site, page_of
from tests.hostilenode.node import HostileNode, canonical
from tests.hostilenode.records import BODY, concept, number, response
from tests.hostilenode.server import ENDLESS, SLOW
from tests.netnodes.filled import BENCH, OWN

_ids = map(number, count(1))
YEAR = timedelta(days=365)


def town(site: Site, name: str, title: str) -> tuple[HostileNode, str]:
    """Return a node with one record that was read, and the page of that here."""
    node, one = site.node(name), next(_ids)
    node.publish(concept(one, title), BODY)
    assert not site.believe(node)
    assert title in site.text(page_of(node, one))
    return node, page_of(node, one)


def change(node: HostileNode, page: str, title: str, ver: int = 2) -> None:
    """Let a node say something else of the record on a page; `write` lists it."""
    one = page.rpartition("/")[2]
    node.targets[f"records/{one}.json"] = node.payload(concept(one, title), BODY, ver=ver)


def bin_of(path: str) -> str:
    """Return the part in which a path is listed."""
    return SuccinctRoles([], 1, 5, "bin").get_role_for_target(path)


@pytest.mark.parametrize("ahead", [1, 1000, 10**30])
def test_a_stolen_online_key_ends_with_the_owner_s_new_root_whatever_numbers_it_used(site: Site, ahead: int) -> None:
    node, page = town(site, f"bestohlen-{len(str(ahead))}", "Ein Lastenrad")
    owned, before = dict(node.targets), node.number
    change(node, page, "Ein Lastenrad, gefälscht")
    node.write(number=before + ahead)
    assert site.read(node) == ("number" if ahead > 2**31 else "")
    assert ("gefälscht" in site.text(page)) == (ahead < 2**31)
    stolen, node.targets = node.rotate(), owned
    node.write(number=before + 1)
    assert not site.read(node)
    assert "gefälscht" not in site.text(page)
    change(node, page, "Ein Lastenrad, wieder gefälscht", 3)
    node.write(key=stolen)
    assert site.read(node) == "signature"
    assert "gefälscht" not in site.text(page)


@pytest.mark.parametrize("proof", [True, False])
def test_two_lists_of_one_number_are_found_by_comparing_and_believed_by_signature(site: Site, proof: bool) -> None:
    node, page = town(site, f"zweizuengig-{proof}".lower(), "Ein Sommerbad")
    shown = node.saved()
    change(node, page, "Ein Sommerbad, wie es andern gezeigt wird")
    node.write(number=node.number)
    other, told = node.saved(), node.snapshot
    node.answer_with(shown)
    witness = site.node(f"zeuge-{proof}".lower())
    witness.targets["seen.json"] = canonical({node.address: {"version": node.number, "sha256": told}})
    witness.write()
    witness.mirror(node, other if proof else shown)
    assert not site.believe(witness)
    held = site.operator.harvest.nodes.get(Issuer(node.address))
    assert (held.state, held.error) == (("paused", "equivocation") if proof else ("active", ""))
    assert "wie es andern gezeigt wird" not in site.text(page)


def test_in_the_middle_of_a_new_root_nothing_is_lost(site: Site) -> None:
    node, page = town(site, "wechsel", "Ein Marktzelt")
    node.rotate()
    assert site.read(node) == "signature"
    assert "Ein Marktzelt" in site.text(page)
    node.write()
    assert not site.read(node)


def test_who_takes_over_the_address_of_a_node_takes_over_nothing_else(site: Site) -> None:
    node, page = town(site, "verfallen", "Eine Wurmkiste")
    node.fall_silent()
    buyer = site.node("verfallen")
    buyer.publish(concept(page.rpartition("/")[2], "Eine Wurmkiste: kaufen Sie Produkt X"), BODY, ver=9)
    assert site.read(node) == "signature"
    assert "Produkt X" not in site.text(page)


def test_earlier_lists_parts_of_several_lists_and_two_lists_under_one_number_change_nothing(site: Site) -> None:
    node, page = town(site, "gestern", "Ein Rufbus, wie er war")
    old, name = node.saved(), bin_of(f"records/{page[-36:]}.json")
    change(node, page, "Ein Rufbus, wie er ist")
    node.write()
    mixed = (node.folder / f"metadata/{node.number - 1}.{name}.json").read_bytes()
    node.put(f"metadata/{node.number}.{name}.json", mixed)
    assert site.read(node) == "signature"
    node.write()
    assert not site.read(node)
    now = node.saved()
    node.answer_with(old)
    assert site.read(node) == "signature"
    node.answer_with(now)
    change(node, page, "Ein Rufbus, wie er andern gezeigt wird", 3)
    node.write(number=node.number)
    assert site.read(node) == "equivocation"
    assert "Ein Rufbus, wie er ist" in site.text(page)


@pytest.mark.parametrize("how", ["keeps back", "left"])
def test_what_a_list_does_not_confirm_is_marked_then_hidden_then_deleted(site: Site, how: str) -> None:
    node, page = town(site, how.replace(" ", "-"), f"Ein Eisbus {how}")
    if how == "left":
        node.fall_silent()
    node.targets.clear()
    kept = node.saved() if node.folder.exists() else None
    if kept:
        # Withdrawn at home; whoever answers for it goes on with the list that names the record.
        node.write()
        node.answer_with(kept)
    assert site.read(node) == ("status" if how == "left" else "")
    for days, said, status in ((8, "has not confirmed this record since", 200), (31, "", 404), (91, "", 404)):
        with site.days_later(days) as later:
            assert later.harvest.read(Issuer(node.address)).error == ("status" if how == "left" else "expired")
            assert said in create_app(later, testing=True).test_client().get(f"/en{page}").text
            # Other processes look every few seconds what became of a node.
            end = time.monotonic() + 60
            while site.status(page) != status:
                assert time.monotonic() < end, days
                time.sleep(0.2)
            if days == 31:
                assert not site.found("Eisbus")
    with pytest.raises(ForeignRecordNotFound):
        site.operator.harvest.records.entry(node.origin, page.rpartition("/")[2])


def test_a_list_that_would_count_for_years_is_not_taken(site: Site) -> None:
    node, page = town(site, "ewig", "Ein Dauerbus")
    change(node, page, "Ein Dauerbus für immer")
    node.write(life=YEAR)
    assert site.read(node) == "future"
    assert "für immer" not in site.text(page)


def test_endless_answers_and_a_byte_a_second_keep_nobody_waiting(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    node = town(site, "zaeh", "Ein Bummelzug")[0]
    mirror, honest = site.node("ersatz"), site.node("flink")
    one, other = next(_ids), next(_ids)
    node.publish(concept(one, "Ein Bummelzug zwei"), BODY)
    mirror.mirror(node)
    node.put("metadata/timestamp.json", ENDLESS)
    site.believe(honest)
    assert site.read(node) == "too_large"
    node.put("metadata/timestamp.json", SLOW)
    monkeypatch.setattr(reading, "SECONDS", 0.5)
    honest.publish(concept(other, "Ein Schnellzug"), BODY)
    begun = time.monotonic()
    assert site.read(node) in ("deadline", "protocol")
    assert time.monotonic() - begun < 5
    assert not site.read(honest)
    assert site.found("Schnellzug") == [page_of(honest, other)]
    site.believe(mirror, mirror=True)
    assert not site.read(node)
    assert site.status(page_of(node, one)) == 200


def test_a_mirror_brings_back_invents_and_keeps_from_being_read_nothing(site: Site) -> None:
    node, page = town(site, "gespiegelt", "Ein Wochenmarkt")
    old, mirror, (one, other) = node.saved(), site.node("spiegel"), (next(_ids), next(_ids))
    node.publish(concept(one, "Ein Wochenmarkt zwei"), BODY)
    assert not site.read(node)
    node.publish(concept(other, "Ein Wochenmarkt drei"), BODY)
    now = node.saved()
    mirror.mirror(node, old)
    mirror.targets[f"records/{next(_ids)}.json"] = node.payload(concept(number(9_999), "Untergeschoben"), BODY)
    mirror.targets[f"records/{page[-36:]}.json"] = node.payload(concept(page[-36:], "Untergeschoben"), BODY)
    mirror.write()
    site.believe(mirror, mirror=True)
    assert {reason.partition(" ")[0] for reason in site.aside(mirror).values()} == {"subject"}
    node.fall_silent()
    assert site.read(node) == "status"
    assert site.status(page_of(node, one)) == 200
    (record,) = (mirror.mirror(node, now) / "targets/records").glob(f"*{other}.json")
    record.write_bytes(b"{}")
    site.read(node)
    assert site.status(page_of(node, other)) == 404
    record.write_bytes(ENDLESS)
    site.read(node)
    node.answer_with(now)
    assert not site.read(node)
    assert site.status(page_of(node, other)) == 200
    assert not site.found("Untergeschoben")


def test_a_record_that_its_home_does_not_give_keeps_no_erasure_back(site: Site) -> None:
    node, page = town(site, "luecke", "Ein Reparaturtreff")
    del node.targets[f"records/{page[-36:]}.json"]
    for name in range(40):
        node.targets[f"records/{number(5_000 + name)}.json"] = f"{name}".encode()
    node.write()
    (node.folder / "targets/records").rename(node.folder / "targets/elsewhere")
    assert site.read(node) == "status"
    assert site.status(page) == 404


def test_a_node_takes_no_other_s_short_name(site: Site) -> None:
    node, _page = town(site, "name", "Ein Namensschild")
    with pytest.raises(NameTaken):
        site.operator.harvest.nodes.add(Issuer(node.address.replace("http:", "https:")), "0" * 64)


def test_a_mirror_cannot_lift_the_number_of_this_node_s_own_list(site: Site) -> None:
    liar = site.node("hoch")
    liar.write(number=10**9)
    liar.mirror(liar).rename(liar.folder / "mirrors" / site.url.partition("://")[2])
    site.believe(liar, mirror=True)
    silent, highest = site.operator.harvest.own_list_elsewhere(1, site.operator.federation.listing.listed.root().signed)
    assert (silent[liar.address], highest) == ("document", 1)


def test_what_moderators_took_out_of_sight_is_not_handed_on(site: Site) -> None:
    node, page = town(site, "versteckt", "Ein Aushang")
    data = node.targets[f"records/{page[-36:]}.json"]
    path = f"/netz/tuf/mirrors/{node.origin}/targets/records/{sha256(data).hexdigest()}.{page[-36:]}.json"
    assert site.status(path) == 200
    site.operator.harvest.moderation.hide(node.origin, page[-36:], actor="person-1", reason="Erfunden")
    assert site.status(path) == 404


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_copied_id_or_text_takes_nobody_s_place(site: Site, form: Literal["NFC", "NFD"]) -> None:
    title = f"Ein Bürgertaxi{form} für Beispielau"
    _home, page = town(site, f"zuerst-{form.lower()}", title)
    early, one, title = int(time.time()) - 365 * 86_400, page[-36:], normalize(form, title)
    thief = site.stranger(f"danach-{form.lower()}")
    thief.publish(concept(one, f"{title}: kaufen Sie Produkt X"), BODY, iat=early, ver=9)
    copy = next(_ids)
    thief.publish(concept(copy, title), BODY, iat=early)
    assert not site.read(thief)
    assert site.found(f"Bürgertaxi{form}") == [page]
    assert f"steht auch bei {thief.name} ({thief.origin})" in site.text(page)
    thief.publish(concept(OWN, "Mitfahrbank: kaufen Sie Produkt X"), BODY, iat=early)
    assert not site.read(thief)
    assert site.found("Mitfahrbank Handreichung")[0] == "/konzepte/beispiel-1"


def test_nobody_speaks_in_the_name_of_a_town(site: Site) -> None:
    said, case, target = site.said(BENCH)["content"], next(_ids), f"{site.url}/r/{BENCH}"
    node = site.stranger(
        "fremd",
        response(next(_ids), target, "Beispieldorf", ars=KEY, relation="contradicts", note="Alles falsch."),
        {**said["record"], "id": case, "title": "Beispielstadt: Produkt X überzeugt", "files": None},
    )
    claim = {"id": case, "title": "Beispielstadt: Produkt X überzeugt", "confirmed": "2026-11-01"}
    record = {**said["record"], **claim, "compiled_by": "municipality"}
    node.publish(record, said["body"].replace("kein Bus", "kein Bus, aber Produkt X"), files=said["files"])
    assert not site.read(node)
    counted, _, told = site.responses().partition(f"Laut {node.name}")
    assert "1 bestätigt" in counted
    assert "war es anders" not in counted
    assert "Alles falsch." in told
    assert "Beispieldorf" not in told, "only the key of its node would prove that name"
    words = site.text(page_of(node, case))
    assert f"Dieser Eintrag kommt von {node.name} ({node.origin})" in words
    assert "Von der Kommune bestätigt" not in words


def test_a_flood_of_records_waits_and_of_responses_fills_no_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    target, node = f"{site.url}/r/{BENCH}", site.node("flut")
    for place in range(40):
        said = response(next(_ids), target, f"Scheindorf {place}", note="Kauft Produkt X!")
        node.targets[f"records/{said['id']}.json"] = node.payload(said, "")
    node.write()

    def held() -> int:
        return site.operator.harvest.nodes.record_counts().get(node.origin, 0)

    site.believe(node, daily_new=8)
    assert held() == 8
    site.operator.harvest.nodes.change(Issuer(node.address), daily_new=100)
    monkeypatch.setattr(intake, "ITEMS", 30)
    site.read(node)
    shown = site.page(BENCH_PAGE).xpath("//section[@aria-labelledby='rueckmeldungen']//li[contains(., 'Scheindorf')]")
    assert len([one for one in shown if not one.xpath("ancestor::details")]) <= SHOWN


@pytest.mark.parametrize(
    "path",
    [
        "../x", "/etc/passwd", "records/../../x", "records/x\x00.json", "records/" + "x" * 5000,
        f"files/{number(1)}/../x",
    ],
)  # fmt: skip
def test_a_path_that_names_no_record_is_not_even_asked_for(site: Site, path: str) -> None:
    node, page = town(site, f"pfad-{abs(hash(path)) % 10**6}", "Ein Wegweiser")
    asked = (site.nodes / "asked").read_text(encoding="utf-8")
    node.targets[path] = b"{}"
    node.write()
    assert not site.read(node)
    new = (site.nodes / "asked").read_text(encoding="utf-8").removeprefix(asked)
    assert "/metadata/" in new
    assert not [line for line in new.splitlines() if "/targets/" in line and "node.json" not in line]
    assert site.status(page) == 200


DAMAGED: dict[str, Callable[[HostileNode, str], bytes]] = {
    "subject": lambda node, _one: node.payload(concept(number(77), "Fremd"), BODY),
    "payload": lambda node, one: node.payload(concept(one, "Anders"), BODY, sub=f"{node.address}/r/{number(78)}"),
    "json": lambda node, one: node.payload(concept(one, "Groß"), BODY, iat=10**400),
    "json depth": lambda node, one: node.payload(concept(one, "Tief"), BODY).replace(
        b'"files":[]', b'"files":' + b"[" * 5000 + b"]" * 5000
    ),
    "json duplicate_key": lambda node, one: node.payload(concept(one, "Doppelt"), BODY).replace(
        b'"ver":1', b'"ver":1,"ver":2'
    ),
    "too_large": lambda node, one: node.payload(concept(one, "Lang"), "x" * 300_000),
    "licence": lambda node, one: node.payload({**concept(one, "Frei"), "license": "\u202e\x1b[2J"}, BODY),
    "future": lambda node, one: node.payload(concept(one, "Morgen"), BODY, iat=int(time.time()) + 86_400),
}


def test_a_record_that_is_not_what_its_path_says_or_cannot_be_read_safely_is_set_aside(site: Site) -> None:
    node = town(site, "schaden", "Ein Scherbenhaufen")[0]
    wanted = {next(_ids): (reason, make) for reason, make in DAMAGED.items()}
    for one, (_reason, make) in wanted.items():
        node.targets[f"records/{one}.json"] = make(node, one)
    node.write()
    assert not site.read(node)
    aside = site.aside(node)
    assert dict.fromkeys(wanted, True) == {one: aside[one].startswith(why) for one, (why, _make) in wanted.items()}
    assert all(said.isprintable() for said in aside.values())


@pytest.mark.parametrize("how", ["hashes", "place", "number", "deep"])
def test_a_list_that_plays_tricks_with_one_record_or_with_numbers_brings_nothing(site: Site, how: str) -> None:
    node, page = town(site, f"trick-{how}", "Ein Zauberkasten")
    path = f"records/{page[-36:]}.json"
    change(node, page, "Ein Zauberkasten, verhext")
    lies = {
        "hashes": TargetFile.from_data(path, node.targets[path], ["sha256", "sha512"]),
        "place": TargetFile(9, {"sha256": "../../../../x"}, path),
    }
    node.lies = {path: lies[how]} if how in lies else {}
    node.write()
    if how not in lies:
        node.put("metadata/timestamp.json", b"[" * 8000 if how == "deep" else b'{"signed":' + b"9" * 9000 + b"}")
    assert site.read(node) == ("" if how in lies else "signature")
    # What the list names by now cannot be had, and what is held it names no more.
    assert site.status(page) == (404 if how in lies else 200)
    assert not site.found("verhext")


def test_parts_that_are_too_many_are_named_strangely_or_list_what_is_not_theirs_are_refused(site: Site) -> None:
    for values in ({"prefix": "../../../keys/x"}, {"bits": 9}):
        assert site.believe(site.node(f"teile-{len(values)}-{len(str(values))}", **values)) == "bins"
    node, page = town(site, "zweimal", "Ein Doppelgänger")
    path = f"records/{page[-36:]}.json"
    node.misplaced[path] = "bin-00" if bin_of(path) != "bin-00" else "bin-01"
    node.write()
    assert not site.read(node)
    assert site.status(page) == 404


def test_marks_of_direction_and_controls_in_a_record_show_no_other_text_than_the_one_listed(site: Site) -> None:
    one = next(_ids)
    said = concept(one, "Ein Karren\u202e fuer alle\u2066", purpose="Zeigt\x07, dass \u202eetwas geht.")
    node = site.stranger("zeichen", said)
    node.publish(said, BODY.replace("Ein Text.", "Ein \u202eText.\x7f <script>alert(1)</script>"))
    assert not site.read(node)
    words = site.text(page_of(node, one))
    assert "Ein Karren fuer alle" in words
    assert "Zeigt, dass etwas geht." in words
    assert site.found("Karren") == [page_of(node, one)]
    assert not {"\u202e", "\u2066", "\x07", "\x7f"} & set(words)


@pytest.mark.parametrize("relation", ["replaces", "same_as"])
def test_a_stranger_s_claim_to_replace_a_record_stands_on_no_page_of_the_victim(site: Site, relation: str) -> None:
    claim = [{"rel": relation, "target": f"{site.url}/r/{OWN}"}]
    one = next(_ids)
    node = site.stranger(f"anspruch-{relation[:4]}", concept(one, "Die richtige Fassung", relations=claim))
    assert "Die richtige Fassung" in site.text(page_of(node, one))
    victim = site.page("/konzepte/beispiel-1").xpath("string(//div[@class='record-text'])")
    assert "Die richtige Fassung" not in victim


EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)> {{7*7}}'
WRITTEN = frozenset({"title", "summary", "purpose", "text", "statement", "recommendation", "name", "publisher", "alt"})


def spoilt(value: Any, name: str = "") -> Any:
    """Return a record with hostile words in each field that holds text."""
    if isinstance(value, dict):
        return {key: spoilt(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [spoilt(one, "text" if name in ("use_when", "avoid_when") else name) for one in value]
    return f"Giftkoffer {EVIL}" if name in WRITTEN else value


def test_hostile_words_in_each_field_and_a_picture_that_is_none_act_on_no_page(site: Site) -> None:
    node, one = site.node("gift"), next(_ids)
    node.name = f"Gift {EVIL}"
    data, hashed = b"<script>alert(1)</script>", sha256(b"<script>alert(1)</script>").hexdigest()
    media = [{"file": "bild.png", "alt": "Bild", "license": "CC-BY-4.0", "author": "Kim"}]
    record, path = spoilt(concept(one, "Giftkoffer", media=media)), f"files/{one}/{hashed}"
    node.targets[path] = data
    said = [{"name": "bild.png", "sha256": hashed, "size": len(data)}]
    node.publish(record, BODY.replace("Ein Text.", f"Ein Text. {EVIL} [^quelle]"), files=said)
    assert not site.believe(node)
    assert not site.aside(node)
    assert site.operator.harvest.files.names(node.origin, hashed)
    page = page_of(node, one)
    for place in (page, "/suche?q=Giftkoffer", "/konzepte", "/netz", f"/suche?herkunft={node.origin}"):
        main = site.page(place).xpath("//main")[0]
        acting = ".//script|.//iframe|.//object|.//*[@onerror]|.//img[@src='x']|.//img[contains(@src, 'bild.png')]"
        assert not main.xpath(acting), place
    assert "Giftkoffer" in site.text(page)
    with urllib.request.urlopen(f"{site.url}{page}/v/1/dateien/bild.png", timeout=30) as answer:
        kind, kept = answer.headers["Content-Type"], answer.headers.get("Content-Disposition", "")
    assert (kind.partition(";")[0] in ("application/octet-stream", "text/plain"), "attachment" in kept) == (True, True)
