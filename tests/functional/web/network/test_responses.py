"""What municipalities say of a record comes together on every node, whoever published it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.identity import Municipality, Person, RoleKind
from app.identity.errors import NotAllowed
from app.review.models import NoticeKind, Proposal
from app.review.responses.response import Reaction, ResponseKind
from app.review.submission import Submission
from app.review.text.record_text import RecordText, sections_of
from app.web.responses.beside_record import FOLDED, SHOWN
from tests import deciding
from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.answering import response
from tests.netnodes.filled import BENCH, OWN, WARNING, Filled
from tests.netnodes.net import NetNode
from tests.webnode.forms import send
from tests.webnode.people import sign_in, town
from tests.webnode.texts import withdrawn

HOME = f"https://a.example/r/{BENCH}"
AT_A = "/fallstudien/beispielstadt-mitfahrbank"
AT_B = f"/r/a.example/{BENCH}"
FORM = f"{AT_B}/rueckmeldung"


def member(node: NetNode, place: Municipality, *kinds: RoleKind) -> tuple[FlaskClient, Person]:
    client = node.client.application.test_client()
    return client, sign_in(client, kinds or (RoleKind.READER,), name=f"Beispiel {place.name}", municipality=place)


def respond(node: NetNode, place: Municipality, path: str = FORM, **said: str) -> html.HtmlElement:
    """Open the form, send it, and return the page that it leads to."""
    client, _person = member(node, place)
    form = read(client, f"{path}?lehre={said['lehre']}" if "lehre" in said else path)
    fields = dict(next(one for one in form.forms if one.xpath(".//*[@name='was']")).form_values())
    answer = send(client, path, {**fields, "was": "reuses", **said}, follow_redirects=True)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return html.fromstring(answer.get_data(as_text=True))


def exchange(net: Filled, *pairs: tuple[NetNode, NetNode]) -> None:
    """Let nodes fetch from others, fifteen minutes later."""
    net.net.clock.forward(minutes=15)
    for to, source in pairs:
        to.follow(source)
        to.harvest(source)
        to.services.follow()


def said(page: html.HtmlElement) -> str:
    found = page.xpath("//section[@aria-labelledby='rueckmeldungen']")
    return " ".join(" ".join(found[0].itertext()).split()) if found else ""


def here(net: Filled) -> str:
    return said(read(net.a.client, AT_A))


def test_a_town_at_b_responds_to_a_record_of_a_and_a_sees_it_until_it_is_taken_back(net: Filled) -> None:
    client, _person = member(net.b, town("Beispieldorf", 1))
    page = read(client, AT_B)
    assert page.xpath("//aside[@aria-labelledby='fuer-sie']//a/@href") == [FORM]
    form = read(client, FORM)
    assert "Sie antworten für: Beispieldorf, Hessen" in text_of(form)
    assert "Der Eintrag kommt von Beispielnetz A (a.example)." in text_of(form)
    assert "1 Kommune nutzt das auch" in said(respond(net.b, town("Beispieldorf", 1), text="Seit dem Frühjahr."))
    (entry,) = net.b.services.catalogue.heads("response")
    record = net.b.services.catalogue.record(entry)
    assert record.data["target"] == HOME
    assert record.data["version"] == net.a.services.catalogue.head(BENCH).digest
    assert here(net) == ""
    exchange(net, (net.a, net.b))
    assert "1 Kommune nutzt das auch (davon 1 laut b (b.example))" in here(net)
    assert "Laut b (b.example) Beispieldorf (Hessen): nutzen wir auch Seit dem Frühjahr. 24. November 2026" in here(net)
    taking = next(one for one in read(client, FORM).forms if "zuruecknehmen" in (one.get("action") or ""))
    assert send(client, taking.get("action")).headers["Location"] == f"{AT_B}#rueckmeldungen"
    assert "Beispieldorf" not in said(read(net.b.client, AT_B))
    exchange(net, (net.a, net.b))
    assert here(net) == ""


def test_a_lesson_of_another_site_is_responded_to(net: Filled) -> None:
    page = respond(net.b, town("Beispieldorf", 1), was="contradicts", lehre="standort", text="Bei uns nicht.")
    assert "bei 1 war es anders" in text_of(page.get_element_by_id("lehre-standort"))
    exchange(net, (net.a, net.b))
    lesson = read(net.a.client, AT_A).get_element_by_id("lehre-standort")
    assert "bei 1 war es anders (davon 1 laut b (b.example))" in text_of(lesson)
    client, _person = member(net.b, town("Beispieldorf", 1))
    assert client.get(f"{FORM}?lehre=gibt-es-nicht").status_code == 404


def test_two_sites_that_speak_for_one_place_count_once_and_the_newest_does(net: Filled) -> None:
    respond(net.a, town("Beispieldorf", 1), f"/rueckmeldung{AT_A}", was="confirms", text="Stimmt.")
    net.net.clock.forward(minutes=1)
    longer = Municipality(name="Gemeinde Beispieldorf", state="HE", ars="069990000001")
    respond(net.b, longer, text="Inzwischen auch im Betrieb.")
    exchange(net, (net.a, net.b))
    words = here(net)
    assert words.count("Kommune nutzt das auch") == 1
    assert "bestätigt" not in words.partition("Laut")[0]
    assert "durch eine neuere Rückmeldung dieser Kommune ersetzt" in words
    assert "Stimmt." in words
    net.net.clock.forward(minutes=1)
    respond(net.a, town("Beispieldorf", 1), f"/rueckmeldung{AT_A}", was="confirms", text="Doch nur bestätigt.")
    assert "nutzt das auch" not in here(net).partition("Laut")[0]


def test_a_bare_identifier_means_a_record_of_whoever_signed_and_one_nobody_knows_waits_silently(net: Filled) -> None:
    """B cannot speak about a record of A by its identifier alone."""
    net.b.write(response("https://nirgends.example/r/30000000-0000-4000-8000-000000000077", "Nirgendwo"))
    net.b.write({**response(BENCH, "Beispieldorf"), **response(OWN, "Anderdorf"), **response(HOME, "Drittdorf")})
    exchange(net, (net.a, net.b))
    own = said(read(net.a.client, f"/r/b.example/{OWN}"))
    assert "Beispieldorf" not in here(net)
    assert "Drittdorf" in here(net)
    assert "Anderdorf" in own
    assert "Nirgendwo" not in own + here(net)
    assert len(net.a.services.catalogue.heads("response")) == 4


def test_what_a_moderator_hides_or_blocks_counts_no_more(net: Filled) -> None:
    respond(net.b, town("Beispieldorf", 1))
    respond(net.b, town("Anderdorf", 2), was="confirms")
    exchange(net, (net.a, net.b))
    client = net.a.client.application.test_client()
    sign_in(client, (RoleKind.CURATOR,), name="Beispiel Kuratorin")
    link = next(
        one for one in read(client, AT_A).xpath("//main//a[contains(., 'Ausblenden')]")
        if "Beispieldorf" in one.text_content()
    )  # fmt: skip
    assert not read(net.a.client, AT_A).xpath("//main//a[contains(., 'Ausblenden')]")
    assert send(client, link.get("href"), {"grund": "Erfunden"}).status_code == 303
    assert "Beispieldorf" not in here(net)
    assert "bestätigt" in here(net)
    assert send(client, "/verwaltung/netz/seite/b.example", {"grund": "Erfindet Orte"}).status_code == 303
    assert here(net) == ""
    send(client, "/verwaltung/netz/seite/b.example", {"grund": "Geklärt"})
    assert "bestätigt" in here(net)


def test_a_flood_of_invented_towns_is_told_apart_and_kept_small(net: Filled) -> None:
    respond(net.a, town("Beispieldorf", 1), f"/rueckmeldung{AT_A}", text="Ein echter Ort.")
    flood: dict[str, bytes | None] = {}
    count = SHOWN + FOLDED + 10
    for number in range(count):
        flood |= response(HOME, f"Scheindorf {number}", ars=f"06998{number:03d}", note="Kauft <b>unser</b> Produkt!")
    net.b.write(flood)
    net.a.follow(net.b)
    net.a.services.harvest.nodes.change(net.b.issuer, daily_new=5000)
    exchange(net, (net.a, net.b))
    page = read(net.a.client, AT_A)
    words = said(page)
    assert f"{count + 1} Kommunen nutzen das auch (davon {count} laut b (b.example))" in words
    assert words.index("Ein echter Ort.") < words.index("Laut b (b.example)")
    shown = page.xpath("//section[@aria-labelledby='rueckmeldungen']//li[contains(., 'Scheindorf')]")
    assert len(shown) == SHOWN + FOLDED
    assert len([one for one in shown if not one.xpath("ancestor::details")]) == SHOWN
    assert "und 10 weitere Rückmeldungen" in words


def test_nobody_responds_to_a_response(net: Filled) -> None:
    respond(net.b, town("Beispieldorf", 1))
    exchange(net, (net.a, net.b))
    (entry,) = net.a.services.catalogue.heads("response")
    address = f"/r/b.example/{entry.id}"
    client, person = member(net.a, town("Anderdorf", 2))
    assert client.get(f"{address}/rueckmeldung").status_code == 404
    links = read(client, address).xpath("//a/@href")
    assert [link for link in links if link.endswith("/rueckmeldung")] == []
    reaction = Reaction(record_id=entry.id, origin="b.example", digest=entry.digest, relation=ResponseKind.CONFIRMS)
    with pytest.raises(NotAllowed):
        net.a.services.review.responses.respond(reaction, person)
    net.b.write(response(f"https://b.example/r/{entry.id}", "Anderdorf"))
    exchange(net, (net.a, net.b))
    assert "Anderdorf" not in here(net) + text_of(read(net.a.client, address))


def test_without_a_municipality_one_learns_why_on_a_record_of_another_site_too(still: Filled) -> None:
    client = still.b.client.application.test_client()
    sign_in(client, (RoleKind.CURATOR,), name="Beispiel Verband")
    page = read(client, FORM, status=403)
    assert "keine Kommune hinterlegt" in text_of(page)
    assert page.xpath(f"//main//a[@href='{AT_B}']")


def test_authors_are_told_once_when_responses_come_from_elsewhere(net: Filled) -> None:
    services, home = net.a.services, f"https://a.example/r/{WARNING}"
    record = services.catalogue.record(services.catalogue.head(WARNING))
    _client, author = member(net.a, town("Beispielstadt", 9), RoleKind.AUTHOR)
    _client, curator = member(net.a, town("Kurstadt", 8), RoleKind.CURATOR)
    text = RecordText(front={**record.data, "summary": "Neu gesagt."}, sections=sections_of(record.body))
    sent = services.review.proposals.submit(
        Submission(kind=record.kind, slug=record.slug, base=record.digest, author=author, text=text)
    )
    assert isinstance(sent, Proposal), sent
    deciding.approve(services.review.curation, sent.id, curator, round=1)
    deciding.publish(services.review.curation, sent.id, curator)
    respond(net.b, town("Beispieldorf", 1), f"/r/a.example/{WARNING}/rueckmeldung")
    net.b.write({**response(home, "Einsdorf"), **response(home, "Zweidorf")})
    exchange(net, (net.a, net.b))
    exchange(net, (net.a, net.b))
    told = [one for one in services.review.notices.of(author.id) if one.kind is NoticeKind.RESPONDED_ELSEWHERE]
    assert [(one.params["slug"], one.params["origin"]) for one in told] == [(record.slug, "b.example")]
    client, _person = member(net.a, town("Beispielstadt", 9), RoleKind.AUTHOR)
    assert "Laut b.example hat sich eine Kommune" in text_of(read(client, "/nachrichten"))
    net.net.clock.now += timedelta(days=1)
    net.b.write(response(home, "Dreidorf"))
    exchange(net, (net.a, net.b))
    later = [one for one in services.review.notices.of(author.id) if one.kind is NoticeKind.RESPONDED_ELSEWHERE]
    assert len(later) == 2


def reuse_notices(node: NetNode, person: Person) -> list[tuple[NoticeKind, str]]:
    """Return what the worker of a node has told somebody of records that their municipality reuses."""
    for _round in range(2):
        node.services.follow()
        node.services.review.responses.tell_arrivals()
    found = node.services.review.notices.of(person.id)
    return [(one.kind, one.params["href"]) for one in found if one.kind.value.startswith("reused_")]


def test_who_reuses_is_told_once_of_a_new_version_and_of_the_withdrawal(net: Filled) -> None:
    path = "case-studies/beispielkreis-starkregen/index.md"
    home, at_a = f"https://a.example/r/{WARNING}", "/fallstudien/beispielkreis-starkregen"
    respond(net.b, town("Beispieldorf", 1), f"/r/a.example/{WARNING}/rueckmeldung")
    respond(net.a, town("Anderdorf", 2), f"/rueckmeldung{at_a}")
    there, person = member(net.b, town("Beispieldorf", 1))
    here, neighbour = member(net.a, town("Anderdorf", 2))
    exchange(net, (net.a, net.b))
    assert "2 Kommunen nutzen das auch (davon" in said(read(net.a.client, at_a))
    assert reuse_notices(net.b, person) == reuse_notices(net.a, neighbour) == []
    read_digest = net.a.services.catalogue.head(WARNING).digest
    net.edit({path: net.text(path).replace("Hundert Sensoren", "Zweihundert Sensoren").encode()})
    changed = [(NoticeKind.REUSED_CHANGED, f"{home}/vergleich?seit={read_digest}")]
    assert reuse_notices(net.b, person) == reuse_notices(net.a, neighbour) == changed
    assert "Geändert: Ergebnisse in Zahlen und Fakten, Kurzfassung." in text_of(read(here, "/nachrichten"))
    assert "Es gibt eine neuere Fassung als Ihre." in text_of(read(there, "/nachrichten"))
    assert "2 davon auf älterer Fassung" in said(read(net.a.client, at_a))
    assert "Zweihundert" in text_of(read(net.a.client, f"/r/{WARNING}/vergleich?seit={read_digest}"))
    curator = net.a.client.application.test_client()
    sign_in(curator, (RoleKind.CURATOR,), name="Beispiel Kuratorin")
    send(curator, f"{at_a}/stimmt-noch")
    net.travel()
    assert reuse_notices(net.b, person) == reuse_notices(net.a, neighbour) == changed
    respond(net.b, town("Drittdorf", 3), f"/r/a.example/{WARNING}/rueckmeldung")
    _client, third = member(net.b, town("Drittdorf", 3))
    net.net.clock.now += timedelta(days=1)
    send(curator, f"{at_a}/stimmt-noch")
    net.travel()
    # The same words with another date are nothing new.
    assert reuse_notices(net.b, third) == []
    assert reuse_notices(net.b, person)[1:] == []
    net.edit({path: withdrawn("case-study", WARNING)})
    gone = [(NoticeKind.REUSED_WITHDRAWN, home)]
    assert reuse_notices(net.b, person)[:1] == reuse_notices(net.a, neighbour)[:1] == gone
    there, _person = member(net.b, town("Beispieldorf", 1))
    assert "Der Eintrag wurde zurückgezogen" in text_of(read(there, "/nachrichten"))


def test_who_reuses_is_told_once_a_day_however_many_versions_come(net: Filled) -> None:
    path = "case-studies/beispielkreis-starkregen/index.md"
    respond(net.b, town("Beispieldorf", 1), f"/r/a.example/{WARNING}/rueckmeldung")
    _client, person = member(net.b, town("Beispieldorf", 1))
    assert reuse_notices(net.b, person) == []
    text = net.text(path)
    for number, (day, notices) in enumerate([(0, 1), (0, 1), (1, 2)]):
        net.net.clock.now += timedelta(days=day)
        net.edit({path: text.replace("Hundert Sensoren", f"Etwa {number + 2}00 Sensoren").encode()})
        assert len(reuse_notices(net.b, person)) == notices
