from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from lxml import html
from werkzeug.test import TestResponse

from app.review.models import Draft, Proposal
from app.review.proposals.intake import CheckedSubmission, Intake
from app.review.text.examiner import Checked
from app.review.workflow import ProposalState
from app.web.contributing.draft_editor import DraftEditor
from app.wiring import Services
from tests.functional.web.contributing.author import (
    ABOUT,
    DONE,
    LESSON,
    REUSE,
    Author,
    Fields,
    Page,
    draft_of,
    person_of,
    png,
    written,
)
from tests.webnode.people import sign_in, sign_out


def test_twelve_entries_in_five_steps_are_sent(author: Author, services: Services) -> None:
    page = written(author)
    assert page.path.endswith("/senden")
    assert "Alle Pflichtangaben sind da." in page.words
    sent = page.press("", {"begruendung": "Bitte noch in diesem Jahr."})
    assert sent.path.startswith("/beitragen/gesendet/")
    assert "Beispielverbund" in sent.words
    proposal = services.review.proposals.view(sent.path.rpartition("/")[2], person_of(services, sent))
    assert proposal.proposal.state is ProposalState.SUBMITTED
    assert proposal.proposal.reason == "Bitte noch in diesem Jahr."
    text = proposal.newest.text.decode()
    assert "period: {start: 2023-03}" in text or "start: 2023-03" in text
    assert "- **2024:** Wir haben gezählt.[^eigene-angabe]" in text
    assert "id: wer-anruft-will-einen-menschen-hoeren" in text
    for said in ("kind: advice", "phase: operation", "topic: communication"):
        assert said in text, "of a lesson, two entries are asked"


def json_of(answer: TestResponse) -> dict[str, Any]:
    assert isinstance(answer.json, dict)
    return answer.json


def test_the_form_marks_as_many_entries_as_it_counts(author: Author) -> None:
    assert "genügen 16 Angaben" in author.open("/beitragen").words
    assert "16 Angaben genügen" in author.open("/mitmachen").words
    page = author.begin()
    steps = page.document.xpath("//nav[@class='steps no-print']//a/@href")
    marks = [
        " ".join(mark.text_content().split())
        for step in steps
        for mark in author.open(step).document.xpath("//main//*[contains(@class, 'kern-label__optional')]")
    ]
    asked = [mark for mark in marks if "Pflichtangabe" in mark]
    assert len(asked) == 16, asked
    assert "(Pflichtangabe; stattdessen genügt: Telefon oder Amtliche Seite)" in asked


def test_cost_stands_in_sight_and_is_never_in_the_way(author: Author) -> None:
    page = written(author)
    step = author.open(f"{draft_of(page)}/ergebnis")
    costs = step.document.get_element_by_id("feld-costs")
    assert not list(costs.iterancestors("details"))
    assert "Kosten (freiwillig)" in " ".join(costs.text_content().split())
    for key in ("kind", "amount", "what", "date"):
        field = step.document.get_element_by_id(f"feld-costs-0-{key}")
        assert not list(field.iterancestors("details")), key
    assert "Pflichtangabe" not in costs.text_content()
    # Left empty, the row is none.
    assert "Alle Pflichtangaben sind da." in step.press("sichern").words


def test_what_was_typed_stands_in_the_form_again_and_progress_is_told_in_words(author: Author) -> None:
    page = author.begin()
    assert "Noch 15 von 16 Pflichtangaben." in page.words
    page = page.press("sichern", ABOUT)
    assert "Noch 6 von 16 Pflichtangaben." in page.words
    steps = [" ".join(li.text_content().split()) for li in page.document.xpath("//nav[@class='steps no-print']//li")]
    assert steps[:2] == ["Worum geht es? vollständig", "Was haben Sie getan? noch 1 Angabe"]
    assert page.path.endswith("/worum")
    assert page.value("title") == ABOUT["title"]
    assert page.value("period.start") == "03.2023"
    assert page.values()["topics"] == ["", "mobility"]
    assert page.value("body.problem") == ABOUT["body.problem"]


def test_a_button_pressed_twice_works_once_and_an_old_window_removes_no_other_row(author: Author) -> None:
    page = author.open(f"{draft_of(author.begin())}/lehren")
    page = page.press("sichern", {"lessons.0.statement": "Eins."})
    page.press("add:lessons")
    two = page.press("add:lessons", {"lessons.0.statement": "Eins."})
    assert two.value("lessons.rows") == "2"
    two = two.press("sichern", {"lessons.1.statement": "Zwei."})
    other = author.open(two.path)
    two.press("raise:lessons.1")
    after = other.press("remove:lessons.0")
    assert [after.value(f"lessons.{row}.statement") for row in (0, 1)] == ["Zwei.", "Eins."]
    after.press("remove:lessons.1")
    assert after.press("remove:lessons.1").value("lessons.0.statement") == "Zwei."


def test_a_row_can_be_removed_after_the_page_has_saved_itself_in_the_background(author: Author) -> None:
    page = author.open(f"{draft_of(author.begin())}/lehren")
    page = page.press("add:lessons", {"lessons.0.statement": "Eins."})
    typed = {"lessons.1.statement": "Zwei."}
    author.client.post(page.path, data={**page.values(), **typed, "tun": "nebenbei"})
    after = page.press("remove:lessons.0", typed)
    assert (after.value("lessons.rows"), after.value("lessons.0.statement")) == ("3", "Zwei.")


def test_a_wrong_entry_is_told_at_the_field_and_on_top(author: Author) -> None:
    page = author.begin().press("weiter", {**ABOUT, "period.start": "31.02.2026", "title": "x" * 120})
    assert page.path.endswith("/worum"), "the author stays where something is wrong"
    summary = page.document.get_element_by_id("fehler")
    links = {a.get("href"): a.text_content() for a in summary.iter("a")}
    assert "„31.02.2026“ ist kein Datum" in links["#feld-period-start"]
    assert "100 Zeichen; jetzt sind es 120" in links["#feld-title"]
    field = page.document.get_element_by_id("feld-period-start")
    assert field.get("aria-invalid") == "true"
    assert field.get("value") == "31.02.2026"
    error = page.document.get_element_by_id("feld-period-start-fehler")
    assert error.get("id") in field.get("aria-describedby").split()
    assert page.document.findtext(".//title").startswith("Bitte prüfen:")


def test_a_day_that_does_not_exist_does_not_break_the_preview(author: Author) -> None:
    page = author.begin().press("sichern", {**ABOUT, "period.start": "2026-02-31"})
    assert author.open(page.path.replace("/worum", "/vorschau")).status == 200


def test_a_row_that_was_begun_counts_as_missing_until_it_is_whole(author: Author) -> None:
    page = author.begin().press("add:sources", ABOUT).press("sichern", {"sources.0.title": "Ratsvorlage 17"})
    assert "Noch 6 von 17 Pflichtangaben." in page.words


def test_what_is_only_missing_is_no_mistake_while_writing(author: Author) -> None:
    page = author.begin()
    (add,) = page.document.xpath("//button[@value='add:sources']")
    assert not add.xpath("ancestor::details"), "a heading stands above it already"
    page = page.press("weiter", {"title": "Nur ein Titel"})
    assert page.path.endswith("/vorgehen")
    assert not page.document.xpath("//*[@id='fehler']")


def test_before_sending_all_that_is_missing_leads_to_its_field(author: Author) -> None:
    draft = draft_of(author.begin().press("sichern", {"title": "Nur ein Titel"}))
    page = author.open(f"{draft}/senden")
    links = [a.get("href") for a in page.document.xpath("//section[contains(@class,'danger')]//a")]
    assert f"{draft}/ergebnis?pruefen=1#feld-summary" in links
    assert len(links) == 14, "as many as the form counts, none twice"
    steps = ["worum", "vorgehen", "ergebnis", "lehren", "nachnutzung"]
    order = [steps.index(link.partition("?")[0].rpartition("/")[2]) for link in links]
    assert order == sorted(order), "as the form asks for them"
    assert [link.partition("#")[2] for link in links][:3] == [
        "feld-topics", "feld-municipalities-0-name", "feld-municipalities-0-state"
    ]  # fmt: skip
    assert f"{draft}/vorgehen?pruefen=1#feld-body-approach" in links
    steps_of = {path: author.open(path).document for path in {link.partition("#")[0] for link in links}}
    for link in links:
        path, _, anchor = link.partition("#")
        assert steps_of[path].xpath(f"//*[@id='{anchor}' or @id='{anchor}-mehr']"), link
    assert not page.document.xpath("//button[contains(., 'Zur Prüfung senden')]")
    assert not page.has("begruendung"), "nothing would take it"
    assert "Eine davon genügt: Postfach oder Telefon oder Amtliche Seite." in page.words
    assert "Diese Angabe fehlt noch" not in page.words


def test_a_named_person_is_shown_before_sending_and_keeps_nobody_from_it(author: Author) -> None:
    page = written(author)
    page = author.open(f"{draft_of(page)}/lehren").press(
        "weiter", {**LESSON, "lessons.0.statement": "Rufen Sie Herrn Muster unter 06042 884123 an."}
    )
    page = author.open(f"{draft_of(page)}/senden")
    assert "Bitte sehen Sie sich vor dem Senden 2 Stellen an" in page.words
    assert "„Herrn Muster“" in page.words
    assert page.press().path.startswith("/beitragen/gesendet/")


def test_sending_twice_makes_one_proposal(author: Author, services: Services) -> None:
    page = written(author)
    told = "Bitte noch in diesem Jahr veröffentlichen, weil der Kreistag im Dezember darüber entscheidet."
    first = page.press("", {"begruendung": told})
    again = page.press("", {"begruendung": told})
    assert again.status == 404
    assert "Was gesendet wurde, steht auf der Seite mit Ihren Entwürfen" in again.words
    assert told in again.words, "what was typed comes back although there is nothing left to send"
    assert len(services.review.queue.mine(person_of(services, first))) == 1
    assert "Beispielstadt: Rufbus am Abend" in author.open("/beitragen").words


def during_the_check(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    check = DraftEditor.check

    def check_meanwhile(editor: DraftEditor, files: Mapping[str, bytes] | None = None) -> Checked:
        happens()
        return check(editor, files)

    monkeypatch.setattr(DraftEditor, "check", check_meanwhile)


def test_text_saved_while_checking_is_seen(author: Author, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    page = written(author)
    elsewhere = saves_elsewhere(services, page, "title", "Titel aus dem anderen Fenster")
    during_the_check(monkeypatch, elsewhere)
    both = page.press("", {"begruendung": "Bitte bald."})
    assert both.status == 409
    assert "Titel aus dem anderen Fenster" in both.words
    assert both.value("begruendung") == "Bitte bald."
    sent = both.press()
    proposal = services.review.proposals.view(sent.path.rpartition("/")[2], person_of(services, sent)).proposal
    assert (proposal.title, proposal.reason) == ("Titel aus dem anderen Fenster", "Bitte bald.")


def test_it_is_told_again_with_more_open(author: Author, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    page = written(author)
    elsewhere = saves_elsewhere(services, page, "title", "")
    during_the_check(monkeypatch, elsewhere)
    both = page.press("", {"begruendung": "Bitte bald."})
    assert both.status == 409
    assert "Worum geht es? noch 1 Angabe" in both.words
    assert both.document.get_element_by_id("begruendung").text.strip() == "Bitte bald."


def test_text_saved_while_sending_is_kept(author: Author, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    page = written(author)
    elsewhere = saves_elsewhere(services, page, "title", "Später gesichert")
    store = Intake.store_new

    def store_meanwhile(intake: Intake, sound: CheckedSubmission) -> Proposal:
        elsewhere()
        return store(intake, sound)

    monkeypatch.setattr(Intake, "store_new", store_meanwhile)
    sent = page.press()
    assert sent.path.startswith("/beitragen/gesendet/")
    assert "Davon gibt es noch einen Entwurf" in sent.words
    left = author.open(f"{draft_of(page)}/worum")
    assert left.value("title") == "Später gesichert"
    again = author.open(f"{draft_of(page)}/senden")
    review = f"/vorschlaege/{sent.path.rpartition('/')[2]}"
    assert again.document.xpath(f"//main//a[@href='{review}']"), "what was asked for is read before it is sent again"
    improved = again.press()
    assert improved.path == sent.path
    assert "Davon gibt es noch einen Entwurf" not in improved.words
    proposal = services.review.proposals.view(sent.path.rpartition("/")[2], person_of(services, sent)).proposal
    assert (proposal.title, proposal.rounds) == ("Später gesichert", 2)


def saves_elsewhere(services: Services, page: Page, field: str, value: str) -> Callable[[], None]:
    """What another window does to the draft, once."""
    draft_id, person = draft_of(page).rpartition("/")[2], person_of(services, page)
    waiting = [value]

    def save() -> None:
        if waiting:
            draft = services.review.drafts.load(draft_id, person)
            content = replace(draft.content, front={**draft.content.front, field: waiting.pop()})
            assert isinstance(services.review.drafts.save(draft_id, person, content, draft.version), Draft)

    return save


TYPED: Fields = {
    "title": "Im zweiten Fenster",
    "body.problem": "Ein langer Text, den jemand im zweiten Fenster getippt hat und der nirgends sonst steht.",
    "topics": ["", "mobility"],
}


def test_what_is_typed_into_a_draft_that_is_gone_comes_back(author: Author) -> None:
    sending = written(author)
    form = author.open(f"{draft_of(sending)}/worum")
    sending.press()
    lost = form.press("sichern", TYPED)
    assert lost.status == 404
    labels = {label.get("for"): label.text for label in lost.document.xpath("//main//label")}
    given = {labels[area.get("id")]: area.text.strip() for area in lost.document.xpath("//main//textarea")}
    assert given == {
        "Titel": TYPED["title"],
        "Beteiligte Kommunen 1 › Name": "Beispielstadt",
        "Ausgangslage": TYPED["body.problem"],
        "Ziele 1 › Ziel": "Wege ohne Auto möglich machen.",
        "Zeitraum › Beginn": "03.2023",
    }


def test_who_is_somebody_else_now_gets_back_what_they_sent_and_nothing_of_the_draft(author: Author) -> None:
    page = author.begin()
    other = author.open(page.path)
    page.press("sichern", {"title": "Steht nur im Entwurf"})
    sign_in(author.client, name="Beispiel ganz anders")
    other = Page(author.client, author.client.post(page.path, data=with_token(author, {**other.values(), **TYPED})))
    assert other.status == 404
    assert str(TYPED["body.problem"]) in other.words
    assert "Steht nur im Entwurf" not in other.document.text_content()


def with_token(author: Author, data: dict[str, Any]) -> dict[str, Any]:
    """The values of a form that was made before somebody else signed in, with the proof of the new session."""
    return {**data, "csrf_token": author.open("/beitragen").form.fields["csrf_token"]}


def test_a_draft_belongs_to_its_writer_alone(author: Author) -> None:
    draft = draft_of(author.begin())
    sign_in(author.client, name="Beispiel Fremd")
    for path in ("worum", "vorschau", "senden", "unterlage", "abgleich", "stand", "loeschen", "dateien/a.png"):
        assert author.client.get(f"{draft}/{path}").status_code == 404
    assert author.client.get(draft).status_code == 404


def test_what_was_typed_comes_back_after_the_session_has_ended(author: Author, services: Services) -> None:
    page = author.begin()
    services.identity.sessions.end_all(person_of(services, page).id)
    text = "Ein langer Text.\nUnd noch eine Zeile."
    lost = page.press("sichern", {**ABOUT, "body.problem": text})
    assert lost.status == 403
    assert text in [area.text.strip() for area in lost.document.xpath("//main//textarea")]
    assert lost.document.xpath("//main//a[@target='_blank']/@href") == ["/anmelden"]
    assert lost.value("gesehen") == page.value("gesehen"), "sent again without being shown"
    assert not page.press("sichern").document.xpath("//main//h2 | //main//textarea"), "nothing was typed"
    name = "Beispiel test_what_was_typed_comes_back_after_the_session_has_ended"
    sign_in(author.client, name=name[: len("Beispiel ") + 60])
    again = lost.press()
    assert again.path == page.path
    assert (again.value("title"), again.value("body.problem")) == (ABOUT["title"], text)


def test_a_choice_between_two_texts_is_sent_again_without_showing_its_marks(author: Author) -> None:
    page = author.begin()
    sign_out(author.client)
    answer = author.client.post(
        f"{draft_of(page)}/abgleich", data={"stand": f"sha256:{'0' * 64}"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    lost = Page(author.client, answer)
    assert lost.value("stand").startswith("sha256:")
    assert not lost.document.xpath("//main//textarea")


def test_two_windows_keep_both_texts(author: Author) -> None:
    one = author.begin().press("sichern", ABOUT)
    two = author.open(one.path)
    one.press("sichern", {"body.problem": "Aus dem ersten Fenster."})
    both = two.press("sichern", {"body.problem": "Aus dem zweiten Fenster.", "title": "Neuer Titel"})
    assert both.status == 409
    assert both.value("body.problem") == "Aus dem zweiten Fenster."
    assert both.document.get_element_by_id("andere-1").text.strip() == "Aus dem ersten Fenster."
    assert author.open(one.path).value("body.problem") == "Aus dem ersten Fenster."
    saved = both.press("sichern")
    assert saved.status == 200
    assert saved.value("body.problem") == "Aus dem zweiten Fenster."
    assert saved.value("title") == "Neuer Titel"


def test_saving_beside_writing_answers_with_marks_and_progress(author: Author) -> None:
    page = author.begin()
    data = {**page.values(), **ABOUT, "tun": "nebenbei"}
    answer = author.client.post(page.path, data=data)
    assert json_of(answer)["missing"] == "Noch 6 von 16 Pflichtangaben."
    assert json_of(answer)["marks"] == author.open(page.path).value("gesehen")
    other = author.client.post(page.path, data={**data, "title": "Anders"})
    assert other.status_code == 409
    assert other.json == {"disputed": ["Titel"]}


def test_a_draft_is_deleted_after_a_question(author: Author) -> None:
    draft = draft_of(author.begin().press("sichern", {"title": "Weg damit"}))
    page = author.open(f"{draft}/loeschen")
    assert "Weg damit" in page.words
    assert "Weg damit" not in page.press().words
    assert author.client.get(draft).status_code == 404


def test_the_form_speaks_english_too(author: Author) -> None:
    draft = draft_of(author.begin())
    page = author.open(f"/en{draft}/worum")
    assert "15 of 16 required entries are still missing." in page.words
    assert page.press("sichern", {"period.start": "March 2023"}).value("period.start") == "2023-03"


@pytest.mark.parametrize("kind", ["solution", "concept", "organisation", "question", "collection"])
def test_every_kind_has_its_form(author: Author, kind: str) -> None:
    page = author.begin(kind)
    of_a_question = ["Was möchten Sie wissen?" in page.words, "Was haben Sie gelernt?" not in page.words]
    assert of_a_question == [kind == "question"] * 2
    for place in ("worum", "vorgehen", "ergebnis", "lehren", "nachnutzung"):
        assert author.open(f"{draft_of(page)}/{place}").status == 200
    assert author.open(f"{draft_of(page)}/vorschau").status == 200


@pytest.mark.parametrize("times", [80_000, 300_000])
def test_what_is_too_long_for_a_draft_is_given_back(author: Author, times: int) -> None:
    page = author.begin().press("sichern", {"body.problem": "Lang. " * times})
    assert page.status == 413
    assert "Lang. Lang." in page.document.get_element_by_id("text-1").text


def test_a_file_comes_along_with_whatever_button(author: Author) -> None:
    page = author.open(f"{draft_of(author.begin())}/vorgehen")
    page = page.press("weiter", DONE, datei=(BytesIO(png()), "Bild.png"))
    assert page.path.endswith("/vorgehen")
    assert page.value("media.0.file") == "bild.png"


def test_a_summary_is_made_from_what_was_written(author: Author) -> None:
    page = author.begin()
    author.open(f"{draft_of(page)}/vorgehen").press("sichern", {"body.approach": "Der Rufbus fuhr los."})
    outcome = author.open(f"{draft_of(page)}/ergebnis")
    outcome = outcome.press("vorschlagen:summary", {"body.results": "400 Menschen fuhren mit."})
    assert outcome.value("summary") == "Der Rufbus fuhr los. 400 Menschen fuhren mit."
    assert "vorschlagen:summary" not in outcome.words


def test_a_summary_of_nothing_says_what_to_write_first(author: Author) -> None:
    outcome = author.open(f"{draft_of(author.begin())}/ergebnis")
    assert outcome.press("add:results").value("results.rows") == "1"
    outcome = outcome.press("vorschlagen:summary")
    assert (outcome.status, outcome.value("summary")) == (200, "")
    assert "Schreiben Sie zuerst etwas unter „Vorgehen“ oder „Was kam heraus“." in outcome.words
    assert outcome.document.xpath("//section[@id='fehler'][@autofocus]//a/@href")


def test_who_wrote_before_need_not_say_again_from_where(author: Author) -> None:
    written(author).press()
    page = author.begin()
    assert page.value("municipalities.0.name") == "Beispielstadt"
    assert author.open(f"{draft_of(page)}/nachnutzung").value("contact.mailbox") == REUSE["contact.mailbox"]
    assert not author.begin("concept").has("municipalities.0.name")


def preview_of(page: Page) -> Page:
    return Author(page.client).open(f"{draft_of(page)}/vorschau")


def test_preview_shows_the_draft_as_readers_will_see_it_and_says_what_is_missing(author: Author) -> None:
    preview = preview_of(author.begin().press("sichern", ABOUT))
    assert preview.document.xpath("//main//h1")[0].text_content() == ABOUT["title"]
    assert "Vorschau: Das sehen nur Sie" in preview.words
    assert "Noch 6 von 16 Pflichtangaben." in preview.words
    assert "Was fehlt oder noch nicht lesbar ist, ist hier weggelassen." in preview.words
    assert "Nach 18 Uhr fuhr kein Bus mehr." in preview.words
    assert "Beispielstadt, Hessen" in preview.words
    assert "2000" not in preview.words, "what stands in for a missing date is shown to nobody"
    assert "no-store" in author.client.get(preview.path).headers["Cache-Control"]
    assert preview.document.xpath("//meta[@name='robots'][@content='noindex']")


def test_preview_of_an_empty_draft_has_a_way_on(author: Author) -> None:
    page = author.begin()
    preview = preview_of(page)
    assert preview.status == 200
    assert "Noch ohne Titel" in preview.words
    ways = [link.text_content().strip() for link in preview.document.xpath("//main//a")]
    assert {"Zurück zum Formular", "Zum Senden"} <= set(ways)


def formatted(page: Page, draft: str, text: str) -> TestResponse:
    """What the field of a draft gets when it asks how its text will look; `page` is one of who asks."""
    data = {"csrf_token": page.value("csrf_token"), "text": text}
    return page.client.post(f"{draft}/text", data=data, headers={"Sec-Fetch-Site": "same-origin"})


def test_preview_of_a_text_shows_it_formatted_and_nothing_in_it_acts(author: Author) -> None:
    page = author.begin()
    answer = formatted(
        page, draft_of(page), "## Titel\n\n**Fett** <script>alert(1)</script> [Link](javascript:alert(1))"
    )
    shown = html.fragment_fromstring(json_of(answer)["html"], create_parent="div")
    assert [element.text for element in shown.iter("strong")] == ["Fett"]
    assert [element.tag for element in shown.iter("h1", "h2", "h3", "h4")] == ["h4"], "it stands below a heading"
    assert list(shown.iter("script")) == []
    assert not any("javascript" in (link.get("href") or "") for link in shown.iter("a"))
    sign_in(author.client, name="Anderes Beispiel")
    assert formatted(author.begin(), draft_of(page), "x").status_code == 404, "it is somebody else's draft"
