"""Queue, questions, notices, overdue records and the log."""

from datetime import date

from app.identity import Role, RoleKind, Scope
from app.records.json_value import JsonValue
from app.review.models import Notice, NoticeKind
from app.wiring import Services
from tests.functional.web.curating.conftest import Join
from tests.functional.web.curating.member import CASE, Member, record_at

ASK = "/frage-stellen"


def test_queue_says_why_something_waits_and_for_whom(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt wartend.")
    words = curator.open("/vorschlaege").words
    assert proposal.title in words
    assert "zu prüfen, wartet auf die Redaktion seit heute" in words
    hers = author.open("/vorschlaege")
    assert "Meine Vorschläge" in hers.words
    assert "warten" not in hers.document.xpath("//h2")[0].text_content()
    told = "wurde zur Prüfung gesendet. Von wem, steht auf der Seite des Vorschlags."
    assert told in curator.open("/nachrichten").words
    for member, waits in (
        (curator, "Wartet auf Sie oder jemand anderes aus der Redaktion."),
        (author, "Wartet auf jemanden aus der Redaktion"),
    ):
        state = member.open(f"/vorschlaege/{proposal.id}").document.get_element_by_id("stand")
        assert waits in state.text_content()


def test_whoever_looks_after_a_proposal_is_named(author: Member, curator: Member, other_curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt, und jemand fragt nach.")
    seen = curator.decide(curator.open(f"/vorschlaege/{proposal.id}"), "kuemmern", "Ich frage nach.")
    assert f"{curator.person.display_name} kümmert sich darum." in seen.words
    assert "Ich frage nach." in seen.words
    assert f"{curator.person.display_name} kümmert sich" in other_curator.open("/vorschlaege").words
    assert "kümmert sich" not in curator.decide(seen, "abgeben").words


def test_queue_is_narrowed_by_topic_and_state(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt gefiltert.")
    address = f"/vorschlaege/{proposal.id}"

    def lists(query: str) -> bool:
        return bool(
            curator.open(f"/vorschlaege?{query}").document.xpath(
                f"//section[@aria-labelledby='wartet']//a[starts-with(@href, '{address}')]"
            )
        )

    (state,) = proposal.regions
    assert lists(f"stand=submitted&land={state}&thema={proposal.topics[0]}")
    assert not lists("stand=approved")
    assert lists("stand=nichts&land=XX&thema=nichts"), "what cannot be asked for is left out"
    assert lists(f"wort={proposal.title.split()[0].lower()}")
    assert not lists("wort=Hallenbad")


def test_queue_says_what_an_edit_changes_and_keeps_proposals_on_one_record_together(
    author: Member, curator: Member
) -> None:
    first = author.proposes(summary="Der Landkreis warnt früh.")
    between = author.proposes_new("Beispieldorf: Dazwischen")
    second = author.proposes(summary="Der Landkreis warnt spät.", review_by="2027-06-01")
    page = curator.open("/vorschlaege")
    links = page.document.xpath("//section[@aria-labelledby='wartet']//h3/a/@href")
    places = [links.index(f"/vorschlaege/{one.id}") for one in (first, second, between)]
    assert places == sorted(places)
    assert "1 Feld: Kurzfassung" in page.words
    assert "2 Felder: Kurzfassung, Erneut prüfen bis" in page.words
    assert "zum selben Eintrag wie der darüber" in page.words


def test_a_search_for_what_no_record_is_about_leads_to_asking(author: Member) -> None:
    found = author.open("/suche?q=Hallenbad+Starkregen")
    assert "Zu „Hallenbad“ haben wir nichts. Am nächsten kommt:" in found.words
    assert f"{ASK}?q=Hallenbad+Starkregen" in found.document.xpath("//main//a/@href")


def test_question_is_asked_published_and_answered(author: Member, curator: Member, services: Services) -> None:
    seen = author.open(f"{ASK}?q=Rufbus+im+Winter")
    assert seen.field("frage", ASK) == "Rufbus im Winter"
    refused = author.send(seen, ASK, frage="Wer hat einen Rufbus im Winter?", lage="Wir planen für Januar.")
    assert refused.status == 422
    assert refused.field("lage", ASK) == "Wir planen für Januar."
    sent = author.send(refused, ASK, thema="mobility")
    assert sent.path.startswith("/beitragen/gesendet/"), sent.words
    proposal = sent.path.rpartition("/")[2]
    curator.decide(curator.open(f"/vorschlaege/{proposal}"), "veroeffentlichen")
    page = "/fragen/wer-hat-einen-rufbus-im-winter"
    assert "Wir planen für Januar." in author.open(page).words
    assert "Wer hat einen Rufbus im Winter?" in author.open("/fragen").words
    assert author.open("/fragen").document.xpath(f"//main//a[@href='{ASK}']")
    form = author.send(author.open(page), "/beantworten")
    assert form.document.xpath("//form[contains(@class, 'write-form')]")
    (draft,) = services.review.drafts.mine(author.person)
    assert draft.content.front["relations"] == [{"rel": "related", "target": page[1:].replace("fragen", "question")}]


def test_question_that_is_sent_twice_is_one_proposal(author: Member, services: Services) -> None:
    seen = author.open(ASK)
    first = author.send(seen, ASK, frage="Wer fragt doppelt?", thema="mobility")
    again = author.send(seen, ASK, frage="Wer fragt doppelt?", thema="mobility")
    assert again.path == first.path
    # Whoever goes back and writes something else asks something else.
    other = author.send(seen, ASK, frage="Wer fragt doppelt und dreifach?", thema="mobility")
    assert other.path != first.path
    assert len(services.review.queue.mine(author.person)) == 2
    fresh = author.send(author.open(ASK), ASK, frage="Wer fragt doppelt?", thema="mobility")
    assert fresh.path not in (first.path, other.path)


def test_an_answer_stands_with_its_question_and_is_told_once(author: Member, curator: Member, join: Join) -> None:
    asked = "Wer hat Sensoren am Bach?"
    record, question = record_at(curator.services, CASE), author.asks(asked)
    page = f"/fragen/{question.slug}"
    answering = join("Antwort Beispiel", RoleKind.AUTHOR)
    curator.publishes(question)
    assert "Das hat noch niemand beantwortet." in author.open(page).words
    named: list[JsonValue] = [{"rel": "related", "target": f"question/{question.slug}"}]
    for summary in ("Der Landkreis antwortet.", "Der Landkreis antwortet noch einmal."):
        curator.publishes(answering.proposes(summary=summary, relations=named))
    seen = author.open(page)
    (link,) = seen.document.xpath(f"//section[@aria-labelledby='antworten']//a[@href='{CASE}']")
    assert link.text_content() == record.title
    assert "Das hat noch niemand beantwortet." not in seen.words
    told = [(one.params["title"], one.params["answer"]) for one in answered(curator.services, author)]
    assert told == [(asked, record.title)]
    hers = author.open("/nachrichten")
    assert f"Zu Ihrer Frage „{asked}“ ist ein Eintrag veröffentlicht: „{record.title}“." in hers.words
    assert hers.document.xpath(f"//main//a[@href='{page}']")
    assert answered(curator.services, answering) == answered(curator.services, curator) == []
    (chosen,) = author.open(f"/suche?antwort=question/{question.slug}").document.xpath("//article[@class='hit']")
    assert record.title in chosen.text_content()
    assert f"Beantwortet die Frage: {asked}" in author.open(f"/suche?antwort=question/{question.slug}").words
    assert not author.open("/suche?q=Landkreis").document.xpath("//*[@id='filter-antwort']")


def answered(services: Services, member: Member) -> list[Notice]:
    return [one for one in services.review.notices.of(member.person.id) if one.kind is NoticeKind.ANSWERED]


def test_one_link_leads_to_correcting_a_record(author: Member) -> None:
    links = author.open(CASE).document.xpath(
        "//main//a[contains(@href, '/beitragen/aendern/')][not(contains(., 'Abschnitt'))]"
    )
    assert [" ".join(link.text_content().split()) for link in links] == ["Stimmt das? Korrigieren"]


def test_notices_are_read_one_by_one_and_all(author: Member, curator: Member) -> None:
    proposal = author.proposes(summary="Der Landkreis warnt gemeldet.")
    seen = curator.open(f"/vorschlaege/{proposal.id}")
    curator.decide(seen, "bemerken", text="Eine Frage dazu.")
    curator.decide(curator.open(f"/vorschlaege/{proposal.id}"), "ablehnen", text="Bitte warten.")
    hers = author.open("/nachrichten")
    assert "2 neue Nachrichten" in hers.words
    assert "(2 neu)" in " ".join(hers.document.xpath("//details[@class='account']/summary")[0].text_content().split())
    assert hers.document.xpath(f"//main//a[@href='/vorschlaege/{proposal.id}']")
    hers = author.send(hers, "/gelesen", nachricht="0")
    assert "2 neue Nachrichten" in hers.words
    form = hers.document.xpath("//main//li//form")[0]
    author.client.post("/nachrichten/gelesen", data=dict(form.form_values()))
    assert "1 neue Nachricht" in author.open("/nachrichten").words
    assert "neue Nachricht" not in author.send(author.open("/nachrichten"), "/gelesen").words


def test_overdue_records_are_confirmed_from_their_list(curator: Member, services: Services) -> None:
    record = record_at(services, CASE)
    due = date(2026, 11, 1)
    services.review.records.confirm_current(record.kind, record.slug, curator.person, review_by=due)
    seen = curator.open("/ueberfaellig")
    assert record.title in seen.words
    assert "23 Tage überfällig" in seen.words
    assert "vielleicht ist es veraltet" in curator.open(CASE).words
    seen = curator.send(seen, f"{CASE}/stimmt-noch")
    assert seen.path == "/ueberfaellig"
    assert record.title not in seen.words


def test_curators_of_an_organisation_find_its_overdue_records(curator: Member, join: Join) -> None:
    slug = "beispielverbund"
    hers = join("Verbund Beispiel", Role(kind=RoleKind.CURATOR, scope=Scope.of(organisations=[slug])))
    elsewhere = join("Anderswo Beispiel", Role(kind=RoleKind.CURATOR, scope=Scope.of(organisations=["anderswo"])))
    curator.services.review.records.confirm_current("organisation", slug, curator.person, review_by=date(2026, 11, 1))
    title = "Beispielverbund: IT für kleine Gemeinden"
    assert title in hers.open("/ueberfaellig").words
    assert title not in elsewhere.open("/ueberfaellig").words
    curator.services.review.records.confirm_current("organisation", slug, curator.person)


def test_answers_are_shown_with_their_question(author: Member, curator: Member, services: Services) -> None:
    record = record_at(services, CASE)
    answers: list[JsonValue] = [{"target": record.ref, "note": "Mit Sensoren."}]
    curator.publishes(author.asks("Wer warnt vor Starkregen?", answered_by=answers))
    seen = author.open("/fragen/wer-warnt-vor-starkregen")
    (link,) = seen.document.xpath(f"//section[@aria-labelledby='antworten']//a[@href='{CASE}']")
    assert link.text_content() == record.title
    assert "Mit Sensoren." in seen.words
