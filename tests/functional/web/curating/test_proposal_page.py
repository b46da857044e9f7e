"""The one page on which a proposal is read, discussed and decided."""

from dataclasses import replace

import pytest

from app.identity import Role, RoleKind, Scope
from app.review.by_git.mirror import writer_of
from app.review.models import NoticeKind
from app.review.submission import Via
from app.review.workflow import ProposalState
from app.web.shell.csrf import FIELD
from app.wiring import Services
from tests.functional.web.curating.conftest import Join
from tests.functional.web.curating.member import CASE, Member, Seen, record_at
from tests.webnode.forms import csrf_token
from tests.webnode.node import STOPPED


def page(member: Member, proposal_id: str) -> Seen:
    return member.open(f"/vorschlaege/{proposal_id}")


def test_changes_come_first_in_words_then_by_field(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Regenhausen warnt um Stunden zeitiger als zuvor.")
    seen = page(curator, proposal.id)
    assert "1 Feld geändert" in seen.words
    (change,) = seen.document.xpath("//section[@class='change']")
    assert change.get("id") == "aenderung-summary"
    added = " ".join(element.text_content() for element in change.iter("ins"))
    assert "Regenhausen" in added
    assert "zeitiger" in added
    assert "Nichts steht der Veröffentlichung im Weg" in seen.words
    assert "Der Satz war veraltet." in seen.words


def test_four_eyes(author: Member, curator: Member, other_curator: Member, services: Services) -> None:
    proposal = curator.proposes(summary="Die Redaktion schreibt selbst.")
    hers = page(curator, proposal.id)
    assert "Sie haben an diesem Text mitgeschrieben" in hers.words
    assert not {"Veröffentlichen", "Ablehnen"} & set(hers.buttons())
    theirs = page(other_curator, proposal.id)
    # The form of another window is no way around it.
    token = str(hers.document.xpath("//input[@name='csrf_token']")[0].value)
    answer = curator.decide(theirs, "veroeffentlichen", csrf_token=token)
    assert answer.status == 403
    assert "Sie haben an diesem Text mitgeschrieben" in answer.document.get_element_by_id("fehler").text_content()
    assert services.review.proposals.view(proposal.id, curator.person).proposal.state is ProposalState.SUBMITTED


def test_a_text_from_the_mirror_takes_two_editors(curator: Member, other_curator: Member) -> None:
    proposal = replace(curator, person=writer_of("zweig")).proposes(
        via=Via.MIRROR, summary="Auf der Plattform geschrieben."
    )
    seen = page(curator, proposal.id)
    assert "von jemand ohne Konto hier, über den Spiegel" in seen.words
    assert "eine Person gibt frei und eine andere veröffentlicht" in seen.words
    assert "Wer freigibt, steht für diesen Text ein" in seen.words
    seen = curator.decide(seen, "freigeben")
    assert "Veröffentlichen" not in seen.buttons()
    assert "Jemand anderes veröffentlicht" in seen.words
    theirs = page(other_curator, proposal.id)
    # The form of another window is no way around it.
    token = str(seen.document.xpath("//input[@name='csrf_token']")[0].value)
    answer = curator.decide(theirs, "veroeffentlichen", csrf_token=token)
    assert answer.status == 403
    assert "Sie haben diesen Text freigegeben" in answer.document.get_element_by_id("fehler").text_content()
    assert "Stand: veröffentlicht" in other_curator.decide(theirs, "veroeffentlichen").words


def test_one_press_approves_and_publishes(author: Member, curator: Member, services: Services) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt seit 2024 früher.")
    refused = curator.decide(page(curator, proposal.id), "veroeffentlichen", runde="7")
    assert refused.status == 409
    assert "Es gibt inzwischen einen neueren Text" in refused.words
    seen = curator.decide(page(curator, proposal.id), "veroeffentlichen")
    assert "Stand: veröffentlicht" in seen.words
    assert "Nichts steht der Veröffentlichung im Weg" not in seen.words, "it is published"
    assert record_at(services, CASE).summary == "Der Landkreis warnt seit 2024 früher."
    assert "seit 2024 früher" in curator.open(CASE).words
    assert [one.kind for one in services.review.notices.of(author.person.id)] == [NoticeKind.PUBLISHED]
    assert "Es gibt nichts mehr zu entscheiden." in page(author, proposal.id).words


def test_others_do_not_learn_that_there_is_a_proposal(author: Member, join: Join) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt geheim.")
    assert page(join("Fremde Person", RoleKind.AUTHOR), proposal.id).status == 404
    elsewhere = Role(kind=RoleKind.CURATOR, scope=Scope.of(states=["SN"]))
    assert page(join("Andere Redaktion", elsewhere), proposal.id).status == 404


def test_words_of_people_stay_words(author: Member, curator: Member) -> None:
    vector = "<script>alert(1)</script><img src=x onerror=alert(2)> [x](javascript:alert(3)) {{ 7*7 }}"
    proposal = author.proposes(summary=f"Ein Satz {vector}")
    seen = curator.decide(page(curator, proposal.id), "bemerken", text=vector, feld="summary")
    curator.decide(seen, "bemerken", text=vector, feld='"><svg onload=alert(4)>')
    seen = curator.decide(page(curator, proposal.id), "ablehnen", text=vector)
    assert seen.words.count(vector) >= 3
    assert seen.document.xpath("//main//script | //main//img | //main//svg") == []
    assert not [link for link in seen.document.iter("a") if "javascript" in link.get("href", "")]


def test_a_new_record_is_read_as_its_page_with_remarks_beside_the_text(
    author: Member, curator: Member, services: Services
) -> None:
    record = record_at(services, CASE)
    assert record.lessons
    proposal = author.proposes_new(
        "Beispieldorf: auch gewarnt",
        {"problem": f"Der **Bauhof** war allein.[^{record.sources[0].key}]"},
        relations=[{"rel": "related", "target": "case-study/beispielstadt-mitfahrbank"}],
        keywords=["und/oder"],
    )
    seen = page(curator, proposal.id)
    read = seen.document.get_element_by_id("vorschau")
    named = services.catalogue.record(services.catalogue.head(STOPPED))
    assert named.title in read.text_content()
    assert read.xpath(".//strong[text()='Bauhof']")
    assert "[^" not in seen.document.find(".//main").text_content()
    assert "und/oder" in seen.document.get_element_by_id("aenderung-keywords").text_content()
    for key in ("summary", "lessons", "body-problem", "sources"):
        (beside,) = read.xpath(f".//div[@id='aenderung-{key}']")
        assert beside.xpath(".//details[not(@open)]//textarea"), key
    boxes = [box.get("name") for box in seen.document.xpath("//main//textarea")]
    assert len(boxes) == len(set(boxes))
    assert not seen.document.xpath("//section[@id='aenderung-id']")


def test_an_edit_shows_only_what_changed_and_sources_by_their_numbers(
    author: Member, curator: Member, services: Services
) -> None:
    key = record_at(services, CASE).sources[0].key
    proposal = author.proposes(sections={"problem": f"Ein neuer Satz.[^{key}]"})
    seen = page(curator, proposal.id)
    (change,) = seen.document.xpath("//section[@class='change']")
    assert "Ein neuer Satz.[1]" in change.text_content()
    (whole,) = seen.document.xpath("//details[@id='vorschau' and not(@open)]")
    assert whole.findtext("summary").startswith("Alles zeigen")
    assert "[^" not in seen.document.find(".//main").text_content()


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("safety", "Mit diesem Vorschlag läge der Eintrag außerhalb des Bereichs"),
        ("mobility", "So, wie er jetzt veröffentlicht ist, liegt dieser Eintrag außerhalb des Bereichs"),
    ],
)
def test_record_that_changes_areas_is_decided_by_who_looks_after_both(
    author: Member, curator: Member, join: Join, topic: str, words: str
) -> None:
    assert record_at(curator.services, CASE).topics == ("safety", "environment-water")
    proposal = author.proposes(topics=["mobility"])
    address = f"/vorschlaege/{proposal.id}"
    limited = join("Bereich Beispiel", Role(kind=RoleKind.CURATOR, scope=Scope.of(topics=[topic])))
    assert address not in [link.get("href") for link in limited.open("/vorschlaege").document.xpath("//main//a")]
    assert address in [link.get("href") for link in curator.open("/vorschlaege").document.xpath("//main//a")]
    seen = limited.open(address)
    assert words in seen.words
    assert not {"Freigeben", "Ablehnen", "Veröffentlichen"} & set(seen.buttons())
    refused = limited.client.post(
        address, data={"runde": "1", "tun": "veroeffentlichen", FIELD: csrf_token(limited.client)}
    )
    assert refused.status_code == 403
    assert words in " ".join(refused.get_data(as_text=True).split())
    stranger = join("Fremd Beispiel", Role(kind=RoleKind.CURATOR, scope=Scope.of(topics=["health"])))
    assert stranger.open(address).status == 404
    author.decide(author.open(address), "zuruecknehmen")


def test_what_several_ask_for_stands_on_top(author: Member, curator: Member, other_curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt noch früher.")
    for asking, text, field in (
        (curator, "Welches Jahr?", "summary"),
        (curator, "Und mit welchem Geld?", ""),
        (other_curator, "Für wen?", "title"),
    ):
        asked = asking.decide(page(asking, proposal.id), "erbitten", text=text, feld=field)
        assert "Stand: Änderung erbeten" in asked.words
    seen = page(author, proposal.id)
    assert "Welches Jahr?" in seen.document.get_element_by_id("aenderung-summary").text_content()
    links = seen.document.get_element_by_id("stand").xpath(".//ul//a")
    assert links[0].get("href") == "#aenderung-summary"
    asked_for = [" ".join(link.text_content().split()) for link in links]
    assert asked_for == ["Kurzfassung: Welches Jahr?", "Und mit welchem Geld?", "Titel: Für wen?"]
    assert author.decide(seen, "verbessern").path.endswith("/ergebnis")


def test_what_was_said_stands_above_its_field_in_the_form_and_ends_with_a_new_text(
    author: Member, curator: Member, services: Services
) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt ohne Jahr.", keywords=["Regen", "Jahr"])
    said = {"text-keywords": "Bitte nur eines.", "text-gespraech": "Woher wissen Sie das?", "text-title": "Kürzer?"}
    curator.decide(page(curator, proposal.id), "erbitten", "Seit wann?", "summary", **said)
    first = author.decide(page(author, proposal.id), "verbessern")
    assert first.path.endswith("/worum"), "where the first of these fields stands"
    form = author.open(first.path.replace("/worum", "/ergebnis"))
    above = form.document.xpath("//textarea[@name='summary']/preceding::div[contains(@class, 'asked')][1]")
    assert "Seit wann?" in above[0].text_content()
    assert "Kürzer?" not in form.words, "that belongs to another step"
    whole = next(one for one in services.review.proposals.view(proposal.id, author.person).remarks if not one.field)
    fields = {"summary": "Der Landkreis warnt seit 2024.", "erledigt": whole.id}
    again = author.send(form, "/ergebnis", tun="sichern", **fields)
    assert "Woher wissen Sie das?" not in again.words
    author.send(author.open(again.path.rpartition("/")[0] + "/senden"), "/senden")
    remarks = services.review.proposals.view(proposal.id, curator.person).remarks
    assert {one.field: one.resolved_at is None for one in remarks} == {
        "": False, "summary": False, "keywords": True, "title": True,
    }  # fmt: skip
    # Whoever asked sees only what changed since, with what is still open.
    seen = page(curator, proposal.id)
    assert "Verglichen mit Text 1, den Sie gelesen haben." in seen.words
    changes = seen.document.xpath("//section[@aria-labelledby='aenderungen']//section[@class='change']/@id")
    assert changes == ["aenderung-summary", "aenderung-keywords", "aenderung-title"]
    assert "ohne Jahr" in seen.document.get_element_by_id("aenderung-summary").text_content()
    whole_change = curator.open(f"/vorschlaege/{proposal.id}?seit=anfang")
    assert "ohne Jahr" not in whole_change.document.get_element_by_id("aenderung-summary").text_content()


def test_message_to_each_text_stands_with_its_number(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt mit Begründung.")
    curator.decide(page(curator, proposal.id), "erbitten", text="Ist das so?")
    draft = author.decide(page(author, proposal.id), "verbessern").path.rpartition("/")[0]
    sending = author.open(f"{draft}/senden")
    assert sending.field("begruendung", "/senden") == "", "what was said before is no answer"
    # The text stays as it is: the answer alone is what the editors wait for.
    author.send(sending, "/senden", begruendung="Ja, das ist so: Beschluss 12/2023.")
    words = page(curator, proposal.id).words
    assert "Stand: zu prüfen" in words
    assert "zu Text 1 sagt: Der Satz war veraltet." in words
    assert "zu Text 2 sagt: Ja, das ist so: Beschluss 12/2023." in words


def test_in_english_the_words_of_the_record_say_that_they_are_german(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt neuerdings früher.", phase="pilot")
    document = curator.open(f"/en/vorschlaege/{proposal.id}").document
    assert document.xpath("//section[@id='aenderung-summary']//div[@class='change-text']/@lang") == ["de", "de"]
    chosen = document.get_element_by_id("aenderung-phase")
    assert "Pilot" in chosen.text_content()
    assert not chosen.xpath(".//@lang"), "a word of the site"


CLEAR = "Nichts steht der Veröffentlichung im Weg"
NAMED = "Herr Muster warnt früher. Sie erreichen ihn unter 06042 884123."


def state(services: Services, curator: Member, proposal_id: str) -> ProposalState:
    return services.review.proposals.view(proposal_id, curator.person).proposal.state


def test_a_named_person_is_confirmed_before_publishing(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary=NAMED)
    seen = page(curator, proposal.id)
    assert CLEAR not in seen.words
    assert "2 Stellen vor dem Veröffentlichen ansehen" in seen.words
    found = seen.document.xpath("//section[@aria-labelledby='pruefung']//li")
    places = [" ".join(item.text_content().split()) for item in found]
    assert any(place.startswith("Kurzfassung") and "„Herr Muster“" in place for place in places), places
    assert any("„06042 884123“" in place for place in places)
    assert seen.document.xpath("//a[@href='#aenderung-summary']")
    refused = curator.decide(seen, "veroeffentlichen")
    assert refused.status == 409
    assert "Bestätigen Sie bitte" in refused.document.get_element_by_id("fehler").text_content()
    assert state(curator.services, curator, proposal.id) is ProposalState.SUBMITTED
    # What is confirmed goes into the log, so only the codes that the page offers are taken.
    refused = curator.decide(refused, "veroeffentlichen", bestaetigung="Herr Muster weiß davon")
    assert refused.status == 409
    done = curator.decide(refused, "veroeffentlichen", bestaetigung="warnings")
    assert "Stand: veröffentlicht" in done.words
    assert "vor dem Veröffentlichen ansehen" not in done.words
    (event,) = (one for one in curator.services.review.audit.events(proposal.id) if one.action == "publish")
    assert event.params["despite"] == "warnings"


def test_an_open_request_is_named_and_confirmed(author: Member, curator: Member, services: Services) -> None:
    proposal = author.proposes(summary="Musterbach warnt ab sofort früher.")
    asked = curator.decide(page(curator, proposal.id), "erbitten", text="Seit wann?", feld="summary")
    assert CLEAR not in asked.words
    assert "1 erbetene Änderung ist noch offen" in asked.words
    draft = author.decide(page(author, proposal.id), "verbessern").path.rpartition("/")[0]
    author.send(author.open(f"{draft}/senden"), "/senden", begruendung="Das weiß hier niemand mehr.")
    seen = page(curator, proposal.id)
    assert CLEAR not in seen.words
    refused = curator.decide(seen, "veroeffentlichen")
    assert refused.status == 409
    assert state(services, curator, proposal.id) is ProposalState.SUBMITTED
    done = curator.decide(refused, "veroeffentlichen", bestaetigung="requests")
    assert "Stand: veröffentlicht" in done.words


def test_a_ticked_box_comes_back_with_the_page_but_not_for_another_text(author: Member, curator: Member) -> None:
    def ticked(seen: Seen) -> list[str]:
        assert seen.status == 422
        return [str(box) for box in seen.document.xpath("//input[@name='bestaetigung' and @checked]/@value")]

    seen = page(curator, author.proposes(summary=NAMED.replace("früher", "später")).id)
    seen = curator.decide(seen, "bemerken", text="", bestaetigung="warnings")
    assert ticked(seen) == ["warnings"]
    assert ticked(curator.decide(seen, "bemerken", text="", runde="7")) == []


def test_a_request_that_was_called_done_needs_no_word(author: Member, curator: Member, services: Services) -> None:
    proposal = author.proposes(summary="Musterbach warnt ab morgen früher.")
    curator.decide(page(curator, proposal.id), "erbitten", text="Seit wann?", feld="summary")
    draft = author.decide(page(author, proposal.id), "verbessern").path.rpartition("/")[0]
    author.send(author.open(f"{draft}/senden"), "/senden", begruendung="Seit morgen.")
    (remark,) = services.review.proposals.view(proposal.id, curator.person).remarks
    # Called done and published by the same press.
    seen = curator.decide(page(curator, proposal.id), "veroeffentlichen", erledigt=remark.id)
    assert "erledigt, sagt Robin Beispiel" in seen.words
    assert "Stand: veröffentlicht" in seen.words


def test_after_a_decision_comes_the_next_proposal(author: Member, curator: Member, services: Services) -> None:
    first, second = (author.proposes(summary=f"Der Landkreis warnt zum {number}. Mal.") for number in (1, 2))
    own = curator.proposes(summary="Das schreibt, wer entscheidet.")
    seen = curator.open(f"/vorschlaege/{first.id}?thema=safety")
    data = {**dict(seen.form_of_proposal().form_values()), "tun": "veroeffentlichen", "text-summary": "Gut so."}
    answer = curator.client.post(f"{seen.path}?thema=safety", data=data)
    assert answer.headers["Location"] == f"/vorschlaege/{second.id}?thema=safety&nach={first.id}"
    following = curator.open(answer.headers["Location"])
    done = following.document.get_element_by_id("getan")
    assert "veröffentlicht. Hier ist der nächste Vorschlag." in " ".join(done.text_content().split())
    assert [one.text for one in services.review.proposals.view(first.id, curator.person).remarks] == ["Gut so."]
    # Nobody is led to a text of their own.
    assert own.id not in {link.rpartition("/")[2] for link in following.document.xpath("//main//form//a/@href")}
