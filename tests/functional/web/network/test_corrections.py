"""A correction of another site's record goes home in the list of the site that proposes it; the answer comes back."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from flask.testing import FlaskClient

from app.identity import Person, RoleKind
from app.records.json_value import thaw
from app.records.record import Record
from app.review.corrections import MAX_OPEN, answers_in
from app.review.emptying import EMPTIED
from app.review.models import NoticeKind, Proposal, Revision
from app.review.submission import Submission, Via
from app.review.text.record_text import RecordText, sections_of
from tests import deciding
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.answering import correction, correction_id
from tests.netnodes.filled import OWN, WARNING, Filled, fill
from tests.netnodes.net import NetNode
from tests.webnode.forms import send
from tests.webnode.mail import Mailbox, free_port
from tests.webnode.people import sign_in, town

AT_B = f"/r/a.example/{WARNING}"
FORM = f"{AT_B}/korrektur"
WARNING_FILE = "case-studies/beispielkreis-starkregen/index.md"
SUMMARY = "In Beispielstadt steht seit 2021 eine Mitfahrbank."


def signed_in(node: NetNode, role: RoleKind, name: str) -> tuple[FlaskClient, Person]:
    client = node.client.application.test_client()
    return client, sign_in(client, (role,), name=name, municipality=town("Beispieldorf", 1))


def publish(node: NetNode, proposal: Proposal, *names: str) -> None:
    """Let two curators read and publish a proposal."""
    first, second = (signed_in(node, RoleKind.CURATOR, name)[1] for name in names or ("Eins", "Zwei"))
    curation = node.services.review.curation
    deciding.approve(curation, proposal.id, first, round=proposal.rounds)
    deciding.publish(curation, proposal.id, second)


def waiting(node: NetNode, via: Via) -> list[Proposal]:
    """Return what waits in a node's queue."""
    _client, curator = signed_in(node, RoleKind.CURATOR, "Zwei")
    return [item.proposal for item in node.services.review.queue.queue(curator) if item.proposal.via is via]


def suggest(net: Filled, place: str = "summary", text: str = SUMMARY, reason: str = "Steht so im Amtsblatt.") -> Person:
    """Let an author at B propose a correction of A's record, and curators there publish it."""
    client, author = signed_in(net.b, RoleKind.AUTHOR, "Autorin")
    form = next(one for one in read(client, f"{FORM}?feld={place}").forms if one.xpath(".//*[@name='grund']"))
    answer = send(client, FORM, {**dict(form.form_values()), "text": text, "grund": reason})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    (proposal,) = waiting(net.b, Via.FORM)
    publish(net.b, proposal)
    return author


def exchange(net: Filled) -> None:
    """Let A and B read each other's list."""
    net.net.clock.forward(minutes=15)
    for to, source in ((net.a, net.b), (net.b, net.a)):
        to.services.follow()
        if source.issuer not in {node.issuer for node in to.services.harvest.nodes.all()}:
            to.follow(source)
        to.harvest(source)


def told(node: NetNode, person: Person) -> list[NoticeKind]:
    found = node.services.review.notices.of(person.id)
    return [one.kind for one in found if one.kind.value.startswith("correction_")]


def head(node: NetNode, origin: str = "") -> Record:
    return node.services.catalogue.record(node.services.catalogue.head(WARNING, origin))


def test_a_correction_goes_home_and_its_acceptance_comes_back(net: Filled) -> None:
    client, _author = signed_in(net.b, RoleKind.AUTHOR, "Autorin")
    assert read(client, AT_B).xpath(f"//main//a[@href='{FORM}']")
    assert f"{FORM}?feld=body.results" in read(client, FORM).xpath("//main//li/a/@href")
    author = suggest(net)
    exchange(net)
    (proposal,) = waiting(net.a, Via.PEER)
    curator, _person = signed_in(net.a, RoleKind.CURATOR, "Eins")
    page = text_of(read(curator, f"/vorschlaege/{proposal.id}"))
    assert "von b (b.example), von einem Partner" in page
    assert "Änderung erbitten" not in page, "nobody there would hear of it"
    assert SUMMARY in page
    assert "Steht so im Amtsblatt." in page
    assert "hat sich seit der Fassung geändert" not in page
    assert told(net.b, author) == []
    publish(net.a, proposal)
    exchange(net)
    exchange(net)
    assert head(net.b, "a.example").summary == SUMMARY
    assert told(net.b, author) == [NoticeKind.CORRECTION_ACCEPTED]
    (entry,) = net.b.services.catalogue.heads("correction")
    shown = text_of(read(client, f"/korrekturen/{entry.slug}").get_element_by_id("inhalt"))
    assert "Das sagt die Redaktion dazu übernommen, 24. November 2026" in shown
    assert shown.count("Steht so im Amtsblatt.") == 2, "as the summary and as the reason"
    assert "sha256" not in shown
    assert "Hinweis von b.example: übernommen" in text_of(read(curator, f"/r/{WARNING}/verlauf"))
    notices = text_of(read(client, "/nachrichten"))
    assert "hat Ihre Korrektur übernommen" in notices
    assert waiting(net.a, Via.PEER) == []


def declined(net: Filled, proposal: Proposal, reason: str) -> None:
    curator, _person = signed_in(net.a, RoleKind.CURATOR, "Eins")
    answer = send(curator, f"/vorschlaege/{proposal.id}", {"tun": "ablehnen", "runde": "1", "text-gespraech": reason})
    assert answer.status_code == 303, answer.get_data(as_text=True)


def test_a_declined_correction_comes_back_with_its_reason_and_is_no_change_of_content(net: Filled) -> None:
    author = suggest(net)
    exchange(net)
    (proposal,) = waiting(net.a, Via.PEER)
    before = net.a.services.catalogue.head(WARNING)
    declined(net, proposal, "Das Amtsblatt\x07<b>irrt</b>.")
    now = net.a.services.catalogue.head(WARNING)
    assert now.ver == before.ver + 1
    assert net.a.services.catalogue.last_edit(now) == before
    exchange(net)
    exchange(net)
    assert told(net.b, author) == [NoticeKind.CORRECTION_DECLINED]
    client, _author = signed_in(net.b, RoleKind.AUTHOR, "Autorin")
    (entry,) = net.b.services.catalogue.heads("correction")
    for path in (f"/korrekturen/{entry.slug}", "/nachrichten"):
        assert "Das Amtsblatt <b>irrt</b>." in text_of(read(client, path))
    assert head(net.b, "a.example").summary == head(net.a).summary != SUMMARY


def test_an_answer_comes_by_mail_and_stands_in_the_comparison_of_versions(tmp_path: Path) -> None:
    mailbox, port = Mailbox(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    mail: dict[str, Any] = {
        "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "smtp_from": "netz@b.example",
    }  # fmt: skip
    net = fill(tmp_path, **OPERATOR, **mail)
    suggest(net)
    sign_in(net.b.client.application.test_client(), name="Autorin", email="autorin@b.example")
    exchange(net)
    (proposal,) = waiting(net.a, Via.PEER)
    declined(net, proposal, "Das Amtsblatt irrt.")
    exchange(net)
    exchange(net)
    net.b.services.review.mail.deliver()
    compared = text_of(read(net.a.client, f"/r/{WARNING}/vergleich").xpath("//main")[0])
    net.net.close()
    controller.stop()
    (letter,) = [one for one in mailbox.to("autorin@b.example") if "Korrektur nicht" in one["Subject"]]
    assert "Das Amtsblatt irrt." in letter.get_content()
    assert "https://b.example/korrekturen/" in letter.get_content()
    assert "Hinweise von anderen Seiten: 1 ergänzt." in compared
    assert "26 Felder sind in beiden Fassungen gleich" in compared


def test_what_curators_change_is_accepted_in_part_and_a_changed_base_is_said(net: Filled) -> None:
    author = suggest(net, "lessons.feuerwehr-zuerst", "Die Feuerwehren kennen alle Stellen.")
    net.edit({WARNING_FILE: net.text(WARNING_FILE).replace('Regen und Pegel."', 'Regen."', 1).encode()})
    exchange(net)
    (proposal,) = waiting(net.a, Via.PEER)
    curator, writer = signed_in(net.a, RoleKind.CURATOR, "Eins")
    page = text_of(read(curator, f"/vorschlaege/{proposal.id}"))
    assert "hat sich seit der Fassung geändert" in page
    text = head(net.a)
    (lesson,) = cast("list[dict[str, Any]]", thaw(text.data["lessons"]))
    lessons = [{**lesson, "statement": "Die Feuerwehren kennen fast alle Stellen."}]
    wish = Submission(
        kind=text.kind, author=writer, base=text.digest,
        text=RecordText(front={**text.data, "lessons": lessons}, sections=sections_of(text.body)),
    )  # fmt: skip
    revised = net.a.services.review.proposals.revise(proposal.id, wish)
    assert isinstance(revised, Proposal), revised
    publish(net.a, revised, "Zwei", "Drei")
    exchange(net)
    exchange(net)
    assert told(net.b, author) == [NoticeKind.CORRECTION_PARTLY]
    assert head(net.b, "a.example").lessons[0].statement == "Die Feuerwehren kennen fast alle Stellen."
    assert head(net.a).summary.endswith("messen Regen.")


def test_what_names_no_text_is_brought_in_by_people(net: Filled) -> None:
    author = suggest(net, "anderes", "Der Kreis hat 91.000 Menschen.", "Statistik")
    exchange(net)
    (proposal,) = waiting(net.a, Via.PEER)
    assert proposal.reason == "Statistik\n\nDer Kreis hat 91.000 Menschen."
    publish(net.a, proposal)
    exchange(net)
    exchange(net)
    assert told(net.b, author) == [NoticeKind.CORRECTION_ACCEPTED]


def test_hostile_corrections_do_no_harm(net: Filled) -> None:
    home, html = f"https://a.example/r/{WARNING}", "<script>alert(1)</script>"
    gone = "30000000-0000-4000-8000-000000000009"
    net.a.publish(gone)
    net.a.withdraw(gone)
    net.b.write(
        correction(1, home, text=html, reason=html)
        | correction(2, home, text="lang " * 3000)
        | correction(3, f"https://b.example/r/{OWN}")
        | correction(4, f"https://a.example/r/{gone}")
        | correction(5, "https://nirgends.example/r/30000000-0000-4000-8000-000000000077")
        | correction(6, home, field="body.gibt-es-nicht")
    )
    exchange(net)
    exchange(net)
    found = waiting(net.a, Via.PEER)
    assert len(found) == 3
    curator, _person = signed_in(net.a, RoleKind.CURATOR, "Eins")
    for proposal in found:
        page = read(curator, f"/vorschlaege/{proposal.id}")
        assert not page.xpath("//main//script[contains(., 'alert')]")
    assert read(net.a.client, f"/r/b.example/{correction_id(1)}").xpath("//main//script[contains(., 'alert')]") == []
    assert [one.id for one in net.a.services.catalogue.heads("case-study") if one.ver > 1 and not one.origin] == []
    # Nobody else's answer counts, and no answer comes for what was proposed by nobody here.
    assert answers_in(head(net.a)) == {}


def test_a_node_cannot_fill_the_queue(net: Filled) -> None:
    files: dict[str, bytes | None] = {}
    for number in range(MAX_OPEN + 5):
        files |= correction(number, f"https://a.example/r/{WARNING}", text=f"Neu {number}.")
    net.b.write(files)
    exchange(net)
    exchange(net)
    found = waiting(net.a, Via.PEER)
    assert len(found) == MAX_OPEN
    for proposal in found[:2]:
        declined(net, proposal, "Nein.")
    assert net.a.services.review.corrections.take_in() == 2
    assert len(answers_in(head(net.a))) == 2


def test_a_record_of_this_site_and_a_response_are_not_corrected_so(still: Filled) -> None:
    client, _person = signed_in(still.b, RoleKind.AUTHOR, "Autorin")
    assert client.get(f"/r/b.example/{OWN}/korrektur").status_code == 404
    assert client.get(f"{FORM}?feld=erfunden").status_code == 404
    page = send(client, FORM, {"feld": "summary", "fassung": head(still.b, "a.example").digest, "text": "Neu."})
    assert page.status_code == 422
    old = send(client, FORM, {"feld": "summary", "fassung": "alt", "text": "Mein Text.", "grund": "Grund"})
    assert old.status_code == 409
    assert "Mein Text." in old.get_data(as_text=True)


def test_two_processes_take_a_correction_in_once(net: Filled) -> None:
    corrections = net.a.services.review.corrections
    net.a.services.harvest.follow = net.a.services.search.catch_up
    net.b.write(correction(1, f"https://a.example/r/{WARNING}"))
    exchange(net)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _number: corrections.take_in(), range(4))) == 1
    assert len(waiting(net.a, Via.PEER)) == 1


def test_a_correction_that_is_gone_from_its_list_leaves_no_words_here(net: Filled) -> None:
    net.b.write(correction(1, f"https://a.example/r/{WARNING}", reason="Frau Beispiel hat es gesagt."))
    exchange(net)
    (proposal,) = waiting(net.a, Via.PEER)
    moderation, corrections = net.a.services.harvest.moderation, net.a.services.review.corrections
    moderation.block(net.b.issuer, actor="operator", reason="Für eine Woche.")
    corrections.take_in()
    assert len(waiting(net.a, Via.PEER)) == 1, "out of sight for a while is not gone"
    moderation.remove(net.b.issuer)
    corrections.take_in()
    assert waiting(net.a, Via.PEER) == []
    with net.a.services.sessions.reading() as db:
        row, said = db.get(Proposal, proposal.id), db.get(Revision, (proposal.id, 1))
    assert row is not None
    assert said is not None
    assert (row.reason, said.reason, said.text) == ("", "", EMPTIED)
