"""„Wir haben das auch vor“: plans travel, are told to others who plan the same, and stand nowhere after a year."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.identity import NamedPlace, RoleKind
from app.kickoff.places.index import PlaceIndex
from app.kickoff.places.table import PlaceEntry
from app.review.models import NoticeKind
from app.review.responses.plans import MAX_TOLD_A_DAY
from app.wiring.scheduler import Scheduler
from tests.functional.web.network.conftest import read, text_of
from tests.functional.web.network.test_responses import AT_A, AT_B, FORM, exchange, here, member, respond, said
from tests.netnodes.filled import BENCH, Filled
from tests.netnodes.net import NetNode
from tests.webnode.checks import page_of
from tests.webnode.forms import send
from tests.webnode.mail import MailSite, mail_site
from tests.webnode.node import STOPPED_PAGE, publish
from tests.webnode.node import text_of as text_in
from tests.webnode.people import sign_in, sign_out, town

PLAN = {"was": "plans", "text": "Für drei Ortsteile.", "quartal": "2027-Q2", "postfach": "rathaus@planhausen.example"}
HERE = f"/rueckmeldung{AT_A}"
CASE, OFFICE = "case-studies/beispielstadt-mitfahrbank", "hauptamt@beispielstadt.example"
AT_HOME = (AT_A, f"{AT_A}.atom", f"/api/v1/records/{BENCH}", "/suche?q=Mitfahrbank", f"/auswahl?gemerkt={BENCH}")
ABROAD = (AT_B, "/suche?q=Mitfahrbank", f"/auswahl?gemerkt=a.example/{BENCH}")


def naming(node: NetNode, paths: tuple[str, ...]) -> set[str]:
    """Return the paths whose answers tell of a plan."""
    plans = re.compile("Planhausen|Anderdorf|(plant|planen) das")
    return {path for path in paths if plans.search(node.client.get(path).get_data(as_text=True))}


def told(node: NetNode, name: str, number: int) -> list[dict[str, str]]:
    """Return what somebody of a town was told of others, after the worker has looked twice."""
    for _round in range(2):
        node.services.follow()
        node.services.review.responses.tell_arrivals()
    _client, person = member(node, town(name, number))
    found = node.services.review.notices.of(person.id)
    return [dict(one.params) for one in found if one.kind is NoticeKind.PLANNED_TOO]


def test_a_plan_stands_on_every_site_for_a_year_and_then_nowhere(net: Filled) -> None:
    words = said(respond(net.b, town("Planhausen", 1), **PLAN))
    assert "1 Kommune plant das: Planhausen, 2. Quartal 2027" in words
    assert "Ansprechstelle: rathaus@planhausen.example" in words
    assert naming(net.b, ABROAD) == {*ABROAD}
    exchange(net, (net.a, net.b))
    (entry,) = net.a.services.catalogue.heads("response")
    assert naming(net.a, AT_HOME) == {*AT_HOME}
    respond(net.a, town("Anderdorf", 2), HERE, **{**PLAN, "quartal": "2026-Q4"})
    assert "2 Kommunen planen das, zuletzt Anderdorf, 4. Quartal 2026 (davon 1 laut b (b.example))" in here(net)
    answer = net.a.client.get(f"/api/v1/records/{BENCH}").json
    assert answer is not None
    assert [(one["municipality"], one["quarter"], one["until"]) for one in answer["plans"]] == [
        ("Anderdorf", "2026-Q4", "2027-11-24"), ("Planhausen", "2027-Q2", "2027-11-24"),
    ]  # fmt: skip
    net.net.clock.forward(days=365)
    assert naming(net.a, AT_HOME) == {*AT_HOME}
    net.net.clock.forward(days=1)
    assert (naming(net.a, AT_HOME), naming(net.b, ABROAD)) == (set(), set()), "whether or not the workers have run"
    Scheduler(net.b.services, lambda _stop: False).once()
    exchange(net, (net.a, net.b))
    assert [one.origin for one in net.a.services.catalogue.heads("response")] == [""], "the withdrawal has travelled"
    Scheduler(net.a.services, lambda _stop: False).once()
    assert [net.a.services.catalogue.heads("response"), net.b.services.catalogue.heads("response")] == [(), ()]
    for node, path in ((net.b, f"/r/{entry.id}/v/1"), (net.a, f"/r/b.example/{entry.id}")):
        answer = node.client.get(path, follow_redirects=True)
        assert (answer.status_code, "Planhausen" in answer.get_data(as_text=True)) == (410, False)
    assert "1 Kommune plant das" in said(respond(net.a, town("Anderdorf", 2), HERE, **{**PLAN, "quartal": "2028-Q1"}))


def test_two_who_plan_the_same_are_told_of_each_other_once(net: Filled) -> None:
    respond(net.b, town("Planhausen", 1), **PLAN)
    respond(net.b, town("Nutzdorf", 3))
    exchange(net, (net.a, net.b))
    respond(net.a, town("Anderdorf", 2), HERE, **{**PLAN, "postfach": "rathaus@anderdorf.example"})
    net.travel()
    for _twice in range(2):
        (at_a,), (at_b,) = told(net.a, "Anderdorf", 2), told(net.b, "Planhausen", 1)
    assert (at_a["place"], at_a["contact"]) == ("Planhausen (HE)", "rathaus@planhausen.example")
    assert at_b["contact"] == "rathaus@anderdorf.example"
    assert at_a["href"] == at_b["href"] == f"https://a.example/r/{BENCH}#rueckmeldungen"
    assert told(net.b, "Nutzdorf", 3) == []


def test_a_node_that_names_many_towns_sends_few_mails_a_day_and_stands_behind_each_count(net: Filled) -> None:
    respond(net.a, town("Anderdorf", 2), HERE, **PLAN)
    for number in range(3, 5 + MAX_TOLD_A_DAY):
        respond(net.b, town(f"Planhausen {number}", number), **PLAN)
    exchange(net, (net.a, net.b))
    assert len(told(net.a, "Anderdorf", 2)) == MAX_TOLD_A_DAY
    respond(net.b, town("Planhausen", 1), **PLAN)
    exchange(net, (net.a, net.b))
    assert len(told(net.a, "Anderdorf", 2)) == MAX_TOLD_A_DAY
    found = text_of(page_of(net.a.client.get("/suche?q=Mitfahrbank")))
    assert "(davon 8 laut b (b.example))" in found


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"postfach": "anna.beispiel@planhausen.example"}, "sieht aus wie das Postfach einer einzelnen Person"),
        ({"text": "Fragen an anna.beispiel@planhausen.example."}, "Nennen Sie nur Postfächer von Stellen"),
        ({"text": " "}, "wofür Sie es planen"),
        ({"quartal": ""}, "Quartal"),
        ({"postfach": ""}, "Ansprechstelle"),
    ],
)
def test_a_plan_says_when_what_for_and_which_office_answers(net: Filled, changed: dict[str, str], words: str) -> None:
    client, _person = member(net.b, town("Planhausen", 1))
    fields = dict(
        next(one for one in read(client, f"{FORM}?was=plans").forms if one.xpath(".//*[@name='was']")).form_values()
    )
    assert fields["was"] == "plans"
    page = page_of(send(client, FORM, {**fields, **PLAN, **changed}), 422)
    assert words in text_of(page.get_element_by_id("fehler"))
    assert net.b.services.catalogue.heads("response") == ()


def test_a_lesson_is_not_planned(net: Filled) -> None:
    client, _person = member(net.b, town("Planhausen", 1))
    assert not read(client, f"{FORM}?lehre=standort").xpath("//input[@value='plans'] | //*[@name='quartal']")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[MailSite]:
    with mail_site(MailSite, tmp_path) as site:
        yield site


def plan(client: FlaskClient) -> None:
    sign_in(client, name="Beispiel Plan", municipality=town("Planhausen", 1), email="plan@planhausen.example")
    fields = dict(next(one for one in read(client, HERE).forms if one.xpath(".//*[@name='was']")).form_values())
    assert send(client, HERE, {**fields, **PLAN}).status_code == 303
    sign_out(client)


def test_one_click_in_a_mail_renews_a_plan_once(site: MailSite) -> None:
    planning, until = site.services.review.responses.planning, "2027-11-24"
    plan(site.client)
    site.later(days=330)
    planning.run()
    site.services.review.mail.deliver()
    assert site.mailbox.received == []
    site.later(days=6)
    for _day in range(2):
        planning.run()
        site.services.review.mail.deliver()
    (message,) = site.mailbox.received
    assert "Haben Sie das noch vor?" in message["Subject"]
    link = next(one for one in site.links(message) if one.startswith("/vorhaben/"))
    assert site.rows("SELECT COUNT(*) FROM review_notice WHERE params LIKE '%/vorhaben/%'") == [(0,)]
    assert "24. November 2027" in site.open(link).replace("\N{NO-BREAK SPACE}", " ")
    (record,) = map(site.services.catalogue.record, site.services.catalogue.heads("response"))
    assert record.data["until"] == until, "a scanner of mails opens links"
    assert "steht ein weiteres Jahr" in site.send(link)
    (record,) = map(site.services.catalogue.record, site.services.catalogue.heads("response"))
    assert (record.data["until"], record.data["quarter"]) == ("2028-10-26", "2027-Q2")
    for other in (link, f"{link[:-1]}x", link.replace("/vorhaben/06999001", "/vorhaben/06999002")):
        assert "Unter diesem Link wartet nichts" in site.open(other, status=404)


def test_nobody_renews_a_plan_for_a_municipality_they_left(site: MailSite) -> None:
    plan(site.client)
    site.later(days=340)
    site.services.review.responses.planning.run()
    site.services.review.mail.deliver()
    link = next(one for one in site.links(site.mailbox.received[-1]) if one.startswith("/vorhaben/"))
    sign_in(site.client, name="Beispiel Plan", municipality=town("Anderdorf", 2), email="plan@planhausen.example")
    site.open(link)
    site.send(link, status=404)


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[MailSite]:
    """Return a node on which a case names the mailbox of its office, and which asks such offices."""
    with mail_site(MailSite, tmp_path, still_true_per_day=1) as site:
        text = text_in(site.services, CASE)
        office = f'contact: {{role: "Hauptamt", mailbox: "{OFFICE}", sources: [bericht]}}'
        text = text.replace("cooperation: inter", f"{office}\ncooperation: inter")
        text = text.replace("state: HE, kind: town, role: lead", 'state: HE, kind: town, ars: "06999001", role: lead')
        publish(site.services, {f"{CASE}/index.md": text.encode()})
        site.services.follow()
        yield site


def asked(site: MailSite) -> dict[str, str]:
    """Run the duty and return the links in the only message that is then sent, by their answers."""
    site.mailbox.received.clear()
    site.services.still_true.run()
    site.services.review.mail.deliver()
    assert site.services.still_true.run() == 0
    (message,) = site.mailbox.to(OFFICE)
    return {one.partition("?antwort=")[2]: one for one in site.links(message) if "?antwort=" in one}


def test_an_office_confirms_its_case_once_a_year_by_a_button(asking: MailSite) -> None:
    links = asked(asking)
    content = asking.mailbox.received[0].get_content()
    assert "Kosten: 4.500" in content
    assert "Eingestellt 2023" in content
    assert list(links) == ["stimmt", "geaendert", "eingestellt", "abbestellen"]
    assert asking.rows("SELECT address FROM review_confirmation") == [(None,)], "forgotten once the message has left"
    asking.open(links["stimmt"])
    assert asking.services.catalogue.heads("response") == (), "a scanner of mails opens links"
    assert "Ihre Antwort steht beim Eintrag" in asking.send(links["stimmt"])
    shown = asking.open(STOPPED_PAGE)
    assert "1 bestätigt es" in shown
    assert "Funktionspostfach der Ansprechstelle (Hauptamt)" in shown
    for other in (links["stimmt"], links["geaendert"], links["stimmt"].replace("?", "x?")):
        asking.open(other, status=404)
    asking.later(days=364)
    assert asking.services.still_true.run() == 0
    asking.later(days=2)
    assert asked(asking)["stimmt"] != links["stimmt"]


def test_what_an_office_says_has_changed_is_for_curators_to_change(asking: MailSite) -> None:
    sign_in(asking.client, [RoleKind.CURATOR], name="Beispiel Kuration")
    (curator,) = asking.services.identity.people.with_role(RoleKind.CURATOR)
    sign_out(asking.client)
    before, links = text_in(asking.services, CASE), asked(asking)
    # An office that was asked for one town does not speak for another one.
    for text, status in ((before.replace("06999001", "06999002"), 404), (before, 200)):
        publish(asking.services, {f"{CASE}/index.md": text.encode()})
        asking.services.follow()
        asking.open(links["geaendert"], status=status)
    assert "ohne Namen von Personen" in asking.send(links["geaendert"], status=422, text=" ")
    asking.send(links["geaendert"], status=422, text="Fragen Sie Frau Musterfrau unter 0123 456789.")
    asking.send(links["geaendert"], text="Zwei Bänke sind wieder aufgestellt.")
    assert "Zwei Bänke sind wieder aufgestellt." in asking.open(STOPPED_PAGE)
    assert text_in(asking.services, CASE) == before
    assert [one.kind for one in asking.services.review.notices.of(curator.id)] == [NoticeKind.RESPONDED]


def test_an_office_that_wants_no_more_questions_gets_none(asking: MailSite) -> None:
    links = asked(asking)
    confirming = links["abbestellen"].replace("/stimmt-noch/", "/bestaetigen/")
    asking.open(confirming, status=404)
    asking.open(links["abbestellen"])
    assert "wird nicht wieder gefragt" in asking.send(links["abbestellen"])
    with asking.services.sessions.begin() as db:
        asking.services.confirmations.forget(db, asking.services.confirmations.of_address(db, OFFICE))
    asking.later(days=3000)
    asking.services.confirmations.purge()
    assert asking.services.still_true.run() == 0


def test_no_office_is_asked_unless_an_operator_wants_it(site: MailSite) -> None:
    assert site.services.settings.still_true_per_day == 0
    assert site.services.still_true.run() == 0


@pytest.mark.parametrize(
    ("state", "population", "near", "reached"),
    [("HE", None, None, True), ("BY", 9_000, None, True), ("BY", 90_000, "Fulda", True), ("BY", 90_000, None, False)],
)
def test_places_reach_each_other_by_state_size_or_the_town_nearby(
    state: str, population: int | None, near: str | None, *, reached: bool
) -> None:
    one = PlaceEntry(name="A", state="HE", kind="town", source="x", population=8_000, ars="06999001", near="Fulda")
    key = f"{'06' if state == 'HE' else '09'}999002"
    other = PlaceEntry(name="B", state=state, kind="town", source="x", population=population, ars=key, near=near)
    pair = (NamedPlace(name=place.name, state=place.state, ars=place.ars) for place in (one, other))
    assert PlaceIndex.of([one, other]).within_reach(*pair) is reached
