import time
from io import BytesIO
from threading import Thread

from PIL import Image

from app.documents.kinds import kind_of_name
from app.identity import RoleKind
from app.wiring import Services
from tests.functional.web.contributing.author import DONE, Author, Page, draft_of, person_of, png, written
from tests.unit.confined_work import sleep
from tests.unit.documents.cleaning.office_files import MADE, SECRET, changed, parts
from tests.unit.documents.reading.documents import pdf
from tests.webnode.people import sign_in


def step(author: Author) -> Page:
    return author.open(f"{draft_of(author.begin())}/vorgehen")


def upload(page: Page, data: bytes, name: str, **fields: str) -> Page:
    return page.press("hochladen", fields, datei=(BytesIO(data), name))


def test_a_picture_is_attached_described_shown_and_removed(author: Author) -> None:
    page = upload(step(author), png(), "Haltestelle Süd.png", datei_alt="Ein Schild", datei_urheber="Bauamt")
    row = [page.value(f"media.0.{part}") for part in ("file", "alt", "license", "author")]
    assert row == ["haltestelle-sued.png", "Ein Schild", "CC-BY-4.0", "Bauamt"]
    picture = page.document.xpath("//main//img")[0]
    answer = author.client.get(picture.get("src"))
    assert answer.headers["Content-Type"] == "image/png"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert Image.open(BytesIO(answer.data)).size == (40, 30)
    page = page.press("remove:media.0")
    assert not page.has("media.0.file")
    assert author.client.get(picture.get("src")).status_code == 404


def kept(services: Services, page: Page) -> list[str]:
    """The names of the files that the draft of a page holds."""
    draft = services.review.drafts.load(draft_of(page).rpartition("/")[2], person_of(services, page))
    return [file.name for file in draft.files]


def test_a_window_from_before_and_a_double_click_remove_no_other_picture(author: Author, services: Services) -> None:
    page = upload(step(author), png(), "a.png", datei_alt="Eins")
    page = upload(page, png(), "b.png", datei_alt="Zwei")
    other = author.open(page.path)
    page = page.press("raise:media.1")
    after = other.press("remove:media.0")
    assert [after.value(f"media.{row}.file") for row in (0, 1)] == ["b.png", "a.png"]
    assert kept(services, page) == ["a.png", "b.png"]
    after.press("remove:media.0")
    twice = after.press("remove:media.0")
    assert (twice.value("media.rows"), twice.value("media.0.file")) == ("1", "a.png")
    assert kept(services, page) == ["a.png"]


def test_without_alternative_text_a_record_is_not_sent(author: Author) -> None:
    draft = draft_of(written(author))
    upload(author.open(f"{draft}/vorgehen"), png(), "a.png")
    page = author.open(f"{draft}/senden")
    assert not page.document.xpath("//button[contains(., 'Zur Prüfung senden')]")
    (link,) = page.document.xpath("//section[contains(@class,'danger')]//a")
    assert link.get("href") == f"{draft}/vorgehen?pruefen=1#feld-media-0-alt"
    mended = author.open(link.get("href")).press("senden", {"media.0.alt": "Ein Rufbus an der Haltestelle Süd"})
    assert mended.press().path.startswith("/beitragen/gesendet/")


def test_pictures_are_shown_in_the_preview_whether_a_text_places_them_or_not(author: Author) -> None:
    page = upload(step(author), png(), "a.png", datei_alt="Ein Schild", datei_urheber="Bauamt")
    address = f"{draft_of(page)}/dateien/a.png"
    preview = author.open(f"{draft_of(page)}/vorschau")
    [shown] = preview.document.xpath("//main//figure/img")
    assert (shown.get("alt"), shown.get("src")) == ("Ein Schild", address)
    assert preview.document.xpath("//main//figcaption")[0].text_content().startswith("Bauamt")
    assert preview.document.xpath("//*[@id='dateien']") == []
    placed = page.press("vorschau", {"body.approach": "![](a.png)"}).document.xpath("//main//img")[0]
    assert (placed.get("alt"), placed.get("src")) == ("Ein Schild", address)


def test_a_refused_file_says_why_and_what_was_typed_stays(author: Author) -> None:
    page = step(author)
    with_macros = changed(MADE["docx"](), "[Content_Types].xml", "document.main+xml", "document.macroEnabled.main+xml")
    for data, words in (
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "Zeichnungen in SVG"),
        (b"MZ\x90\x00", "Möglich sind PNG, JPG, WEBP, PDF, ODT"),
        (png()[:40], "beschädigt oder mit einem Kennwort"),
        (png() + b"\0" * 10 * 1024 * 1024, "größer als 10 MB"),
        (with_macros, "bild.png enthält Makros."),
    ):
        refused = page.press("hochladen", {**DONE, "datei_alt": "Ein Schild"}, datei=(BytesIO(data), "bild.png"))
        assert refused.status == 422
        assert words in refused.document.get_element_by_id("fehler").text_content()
        assert refused.value("datei_alt") == "Ein Schild"
        assert refused.value("body.approach") == DONE["body.approach"]
        assert not refused.has("media.0.file")


def test_a_description_without_a_file_stays_and_the_file_is_asked_for(author: Author) -> None:
    described = {"datei_alt": "Ein Schild", "datei_urheber": "Bauamt", "datei_lizenz": "CC0-1.0"}
    for button in ("hochladen", "sichern", "weiter", "add:sources"):
        page = step(author).press(button, {**DONE, **described})
        assert page.status == 422
        assert page.document.get_element_by_id("fehler").xpath(".//a/@href") == ["#datei"]
        error = page.document.get_element_by_id("datei-fehler").text_content().strip()
        no_file = "Bitte wählen Sie zuerst eine Datei." if button == "hochladen" else "Sie haben eine Datei beschrieben"
        assert error.startswith(no_file)
        assert "datei-fehler" in page.document.get_element_by_id("datei").get("aria-describedby").split()
        assert {name: page.value(name) for name in described} == described
        assert author.open(page.path).value("body.approach") == DONE["body.approach"]


def test_two_windows_keep_the_description_of_a_file_and_ask_for_it_again(author: Author) -> None:
    one = step(author)
    two = author.open(one.path)
    one.press("sichern", {"body.approach": "Eins."})
    typed = {"body.approach": "Zwei.", "datei_alt": "Ein Schild", "datei_urheber": "Bauamt"}
    both = two.press("hochladen", typed, datei=(BytesIO(png()), "bild.png"))
    assert both.status == 409
    assert {name: both.value(name) for name in typed} == typed
    assert (
        "Dateien müssen neu ausgewählt werden: bild.png"
        in both.document.get_element_by_id("datei-fehler").text_content()
    )
    assert both.document.get_element_by_id("fehler").xpath(".//a/@href") == ["#datei"]
    assert both.document.xpath("//details[@open]//*[@id='datei']")
    saved = both.press("hochladen", datei=(BytesIO(png()), "bild.png"))
    assert (saved.value("media.0.alt"), saved.value("body.approach")) == ("Ein Schild", "Zwei.")


def test_what_is_far_too_large_is_not_even_read(author: Author) -> None:
    page = step(author)
    answer = author.client.post(page.path, data=b"x" * 12_000_000, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413


def test_other_files_are_attached_clean_saved_under_their_type_and_never_shown(author: Author) -> None:
    page = step(author)
    for ending, data in {"pdf": pdf(1), "odt": MADE["odt"](), "xlsx": MADE["xlsx"]()}.items():
        page = upload(page, data, "Vorlage.bin", datei_alt="Vordruck für den Beschluss")
        answer = author.client.get(f"{draft_of(page)}/dateien/vorlage.{ending}")
        kind = kind_of_name(f"x.{ending}")
        assert kind is not None
        assert answer.headers["Content-Type"] == kind.media_type
        assert answer.headers["Content-Disposition"] == f'attachment; filename="vorlage.{ending}"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert ending == "pdf" or all(SECRET.encode() not in content for content in parts(answer.data).values())
    assert not page.document.xpath("//main//img")


def test_a_table_as_text_is_saved_with_its_formulas(author: Author) -> None:
    table = 'Jahr;Stück\n2024;"=1+1"\n'
    page = upload(step(author), table.encode("cp1252"), "Kosten.CSV", datei_alt="Kosten nach Jahren")
    answer = author.client.get(f"{draft_of(page)}/dateien/kosten.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data.decode("utf-8-sig") == table


def test_names_of_files_do_no_harm_and_files_belong_to_their_author(author: Author) -> None:
    page = upload(step(author), png(), "../../<img src=x onerror=alert(1)>.png")
    assert page.value("media.0.file") == "img-src-x-onerror-alert-1.png"
    assert author.client.get(f"{draft_of(page)}/dateien/..%2findex.md").status_code == 404
    address = f"{draft_of(page)}/dateien/{page.value('media.0.file')}"
    assert author.client.get(address).status_code == 200
    sign_in(author.client, name="Beispiel Neugier")
    assert author.client.get(address).status_code == 404


def test_whoever_has_a_file_looked_at_keeps_nobody_else_waiting(author: Author, services: Services) -> None:
    page, confinement = step(author), services.confinement
    whose = person_of(services, page).id
    client = page.client.application.test_client()
    sign_in(client, (RoleKind.AUTHOR,), name="Kim Beispiel")
    others = step(Author(client))
    working = Thread(target=confinement.call_for, args=(whose, sleep, 4))
    working.start()
    time.sleep(0.5)
    begun = time.monotonic()
    assert kept(services, upload(others, png(), "b.png", datei_alt="Zwei")) == ["b.png"]
    assert time.monotonic() - begun < 3
    refused = upload(page, png(), "a.png", datei_alt="Eins")
    assert "Datei noch einmal" in refused.words
    assert kept(services, page) == []
    report = author.open("/beitragen").press(unterlage=(BytesIO(pdf()), "bericht.pdf"))
    assert report.status == 503
    working.join()
    assert kept(services, upload(page, png(), "a.png", datei_alt="Eins")) == ["a.png"]
