"""The ways to begin, what is there already, and what happens when the record moves on meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest

from app.identity import RoleKind
from app.kickoff.memo.memo import MemoSituation, ReuseMemo
from app.wiring import Services
from tests.functional.web.contributing.author import Author, Page, draft_of, person_of, png, written
from tests.webnode.node import STOPPED_PAGE, publish
from tests.webnode.people import sign_in, sign_out

CASE = "/fallstudien/beispielstadt-mitfahrbank"
FOLDER = "case-studies/beispielstadt-mitfahrbank"
FILE = f"{FOLDER}/index.md"


def memo() -> ReuseMemo:
    return ReuseMemo(
        at=datetime(2026, 11, 24, tzinfo=UTC),
        site="Beispielnetz",
        issuer="https://erfahrungen.example",
        occasion="Der Kreistag will den Rufbus ausbauen.",
        question="Wie kommt man abends nach Hause?",
        situation=MemoSituation(topic="mobility", months=12, budget=50_000),
        conclusion="Wir versuchen es mit einem Rufbus.",
    )


def test_whoever_is_not_signed_in_is_asked_to(author: Author) -> None:
    sign_out(author.client)
    answer = author.client.get("/beitragen")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/anmelden?weiter=/beitragen")


def test_we_did_that_too(author: Author) -> None:
    page = author.open(f"/beitragen/nach{CASE}")
    assert "Beispielstadt: Mitfahrbank" in page.words
    page = page.press()
    assert page.value("title") == ""
    assert page.values()["topics"][1:] != []
    reuse = author.open(f"{draft_of(page)}/nachnutzung")
    assert reuse.value("relations.0.target") == CASE
    assert reuse.value("relations.0.rel") == "reuses"


def test_a_memo_gives_problem_goals_and_constraints_by_its_link_or_file(author: Author, services: Services) -> None:
    token = services.memos.save(memo()).token
    page = author.open("/beitragen").press("", {"memolink": f"https://erfahrungen.example/vermerk/{token}"})
    assert page.value("body.problem") == "Der Kreistag will den Rufbus ausbauen.\n\nWie kommt man abends nach Hause?"
    assert page.value("goals.0.text") == "Wir versuchen es mit einem Rufbus."
    reuse = author.open(f"{draft_of(page)}/nachnutzung")
    assert [reuse.value(f"preconditions.{row}.text") for row in (0, 1)] == ["Zeit: 12 Monate", "Geld: 50.000 Euro"]
    # What a field does not hold is left out.
    long = services.memos.form.to_json(replace(memo(), question="Frage " * 100))
    page = author.open("/beitragen").press("", memodatei=(BytesIO(long), "vermerk.json"))
    assert page.value("goals.0.text").startswith("Wir versuchen")


def test_what_is_no_memo_says_so(author: Author) -> None:
    page = author.open("/beitragen").press("", {"memolink": "https://erfahrungen.example/vermerk/nichts"})
    assert page.status == 422
    assert "liegt kein Vermerk" in page.document.get_element_by_id("fehler").text_content()
    page = page.press("", memodatei=(BytesIO(b"{}"), "x.json"))
    assert "Diese Datei ist kein Vermerk" in page.words


SOUND = "/fallstudien/beispielkreis-starkregen"


def edited(author: Author, record: str = CASE) -> Page:
    return author.open(f"/beitragen/aendern{record}").press()


def test_an_edit_shows_the_whole_record_and_is_sent(author: Author, services: Services) -> None:
    page = edited(author, SOUND)
    head = services.repository.head()
    before = services.repository.folder("case-studies/beispielkreis-starkregen", head).text.decode()
    page = author.open(f"{draft_of(page)}/ergebnis").press("sichern", {"summary": "Anders zusammengefasst."})
    sent = author.open(f"{draft_of(page)}/senden").press()
    assert sent.path.startswith("/beitragen/gesendet/"), sent.words
    proposal = services.review.proposals.view(sent.path.rpartition("/")[2], person_of(services, sent))
    changed = [line for line in proposal.newest.text.decode().split("\n") if line not in before.split("\n")]
    assert [line.partition(":")[0] for line in changed] == ["summary"], "all other lines stay letter by letter"


def test_an_edit_without_a_change_is_not_sent(author: Author) -> None:
    page = author.open(f"{draft_of(edited(author, SOUND))}/senden").press()
    assert page.status == 409
    assert "Der Text ist derselbe wie der veröffentlichte." in page.words


def test_one_section_is_edited_alone_and_the_change_is_seen_before_it_is_sent(
    author: Author, services: Services
) -> None:
    links = author.open(SOUND).document.xpath("//main//a[contains(., 'Abschnitt bearbeiten')]/@href")
    assert {link.rpartition("/")[2] for link in links} >= {"summary", "lessons", "body.problem"}
    page = author.open(f"/beitragen/aendern{SOUND}/body.problem")
    assert services.review.drafts.mine(person_of(services, page)) == ()
    assert not page.has("body.approach")
    text = page.value("body.problem")
    page = page.press("weiter", {"body.problem": f"{text}\n\nAuch 2024. [^kreis]"})
    assert page.path.endswith("/senden")
    assert [one.text_content() for one in page.document.xpath("//*[@class='change']/h3")] == ["Ausgangslage: geändert"]
    assert "Veröffentlicht steht der Text unter der Lizenz CC" in page.words
    assert page.press().path.startswith("/beitragen/gesendet/")


def test_windows_with_one_section_keep_both_texts_and_rows_are_added(author: Author) -> None:
    address = f"/beitragen/aendern{SOUND}"
    first, second = (author.open(f"{address}/summary") for _window in range(2))
    first.press("weiter", {"summary": "Der erste Satz."})
    both = second.press("weiter", {"summary": "Der zweite Satz."})
    assert (both.status, both.value("summary")) == (409, "Der zweite Satz.")
    assert "Der erste Satz." in both.words
    rows = int(author.open(f"{address}/lessons").value("lessons.rows"))
    more = author.open(f"{address}/lessons").press("add:lessons")
    assert (more.path, more.value("lessons.rows")) == (f"{address}/lessons", str(rows + 1))
    assert (
        author.client.get(f"{address}/nichts").status_code == author.client.get(f"{address}/media").status_code == 404
    )


def test_both_texts_of_a_field_are_shown_when_the_record_moved_on(author: Author, services: Services) -> None:
    page = edited(author).press("sichern", {"title": "Mein Titel"})
    page = author.open(f"{draft_of(page)}/ergebnis").press("sichern", {"summary": "Mein Satz."})
    text = services.repository.folder("case-studies/beispielstadt-mitfahrbank", services.repository.head()).text
    lines = text.decode().split("\n")
    changed = ['summary: "Deren Satz."' if line.startswith("summary:") else line for line in lines]
    changed = ["keywords: [Deren, Wörter]" if line.startswith("keywords:") else line for line in changed]
    publish(services, {FILE: "\n".join(changed).encode()})
    try:
        page = author.open(page.path)
        assert "Der Eintrag wurde inzwischen neu veröffentlicht" in page.words
        page = author.open(f"{draft_of(page)}/abgleich")
        assert [legend.text for legend in page.document.xpath("//main//legend")] == ["Kurzfassung"]
        assert "Mein Satz." in page.words
        assert "Deren Satz." in page.words
        page = page.press("", {"summary": "andere"})
        assert page.value("summary") == "Deren Satz."
        about = author.open(f"{draft_of(page)}/worum")
        assert about.value("title") == "Mein Titel"
        assert about.value("keywords") == "Deren\nWörter"
        assert "neu veröffentlicht" not in page.words
    finally:
        publish(services, {FILE: text})
        services.follow()


Publishing = Callable[[str, str, dict[str, bytes | None]], None]


@pytest.fixture
def published_anew(services: Services) -> Iterator[Publishing]:
    """Publishes the record with words of its text replaced and files beside it; all is as before afterwards."""
    head = services.repository.head()
    names = [file.name for file in services.repository.folder(FOLDER, head).files]
    before = {name: services.repository.file(FOLDER, name, head) for name in ("index.md", *names)}

    def anew(old: str, new: str, files: dict[str, bytes | None]) -> None:
        text = before["index.md"].decode().replace(old, new, 1).encode()
        publish(services, {FILE: text, **{f"{FOLDER}/{name}": data for name, data in files.items()}})
        services.follow()

    yield anew
    now = [file.name for file in services.repository.folder(FOLDER, services.repository.head()).files]
    publish(services, {f"{FOLDER}/{name}": before.get(name) for name in {*before, *now}})
    services.follow()


def files_of(services: Services, page: Page) -> dict[str, bytes]:
    return services.review.drafts.files(draft_of(page).rpartition("/")[2], person_of(services, page))


def brought_together(author: Author, page: Page, **choices: str) -> None:
    """Choose, and see that no file is missing afterwards or left over."""
    author.open(f"{draft_of(page)}/abgleich").press("", choices)
    ready = author.open(f"{draft_of(page)}/senden")
    assert "neu veröffentlicht" not in ready.words
    assert not ready.document.xpath("//main//a[contains(@href, '#feld-media')]")


PICTURE_ROW = "  - {file: plan.png, alt: Ein Plan der Haltestellen, license: CC-BY-4.0, author: Bauamt}\n"


def test_a_picture_that_no_text_places_is_shown_on_the_page(author: Author, published_anew: Publishing) -> None:
    caption = PICTURE_ROW.replace("license", 'caption: "Alle Haltestellen", license')
    published_anew("media:\n", f"media:\n{caption}", {"plan.png": png((60, 60))})
    page = author.open(CASE)
    [shown] = page.document.xpath("//main//figure/img")
    assert (shown.get("alt"), shown.get("src")) == ("Ein Plan der Haltestellen", f"{CASE}/dateien/plan.png")
    assert author.client.get(shown.get("src")).data == png((60, 60))
    [words] = page.document.xpath("//main//figure/figcaption")
    assert " ".join(words.text_content().split()).startswith("Alle Haltestellen · Bauamt · ")
    assert len(page.document.xpath("//main//img[contains(@src, 'bank.png')]")) == 1


def test_of_two_pictures_of_a_name_one_is_taken(author: Author, services: Services, published_anew: Publishing) -> None:
    page = author.open(f"{draft_of(edited(author))}/vorgehen")
    page = page.press("hochladen", {"datei_alt": "Mein Plan"}, datei=(BytesIO(png((9, 9))), "plan.png"))
    published_anew("media:\n", f"media:\n{PICTURE_ROW}", {"plan.png": png((60, 60))})
    both = author.open(f"{draft_of(page)}/abgleich")
    links = both.document.xpath("//main//fieldset//a[starts-with(., 'plan.png (')]/@href")
    assert links == [f"{draft_of(page)}/dateien/plan.png", f"{CASE}/dateien/plan.png"]
    assert [author.client.get(link).data for link in links] == [png((9, 9)), png((60, 60))]
    assert "sha256" not in both.words
    brought_together(author, page, media="andere")
    assert files_of(services, page)["plan.png"] == png((60, 60))


def test_a_record_that_is_not_there_cannot_be_followed(author: Author) -> None:
    assert author.client.get("/beitragen/nach/fallstudien/nirgends").status_code == 404
    assert author.client.get("/beitragen/aendern/fallstudien/beispielstadt-irrtum").status_code == 410


NOTICE = "So etwas gibt es schon"
SAME = {"title": "Mitfahrbank in Beispielstadt"}
OTHER = {"title": "Glasfaser für alle Höfe"}


def links(page: Page) -> list[str]:
    return [str(href) for href in page.document.xpath("//*[@id='gibt-es-schon']//a/@href")]


def test_title_shows_what_is_there_when_the_step_is_saved_and_once_more_before_sending(author: Author) -> None:
    page = author.begin()
    assert NOTICE not in page.words
    page = page.press("sichern", SAME)
    assert NOTICE in page.words
    assert STOPPED_PAGE in links(page)
    assert NOTICE in author.open(f"{draft_of(page)}/senden").words
    assert NOTICE not in page.press("sichern", OTHER).words


def test_edit_of_a_published_record_is_about_that_one(author: Author) -> None:
    asked = author.open(f"/beitragen/aendern{STOPPED_PAGE}")
    assert NOTICE not in asked.press().words


def test_editors_see_it_where_they_decide_about_a_new_record(author: Author) -> None:
    page = author.open(f"{draft_of(written(author))}/worum").press("sichern", SAME)
    sent = author.open(f"{draft_of(page)}/senden").press()
    sign_in(author.client, (RoleKind.CURATOR,), name="Robin Beispiel")
    proposal = author.open(f"/vorschlaege/{sent.path.rpartition('/')[2]}")
    assert NOTICE in proposal.words
    assert proposal.document.xpath(f"//section[@aria-labelledby='pruefung']//a[@href='{STOPPED_PAGE}']")
