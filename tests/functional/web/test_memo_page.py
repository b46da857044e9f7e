"""The memo is drafted from the address of a kickoff and edited on one page; the check of goals goes into it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.kickoff.goals import goal_questions
from app.kickoff.memo.memo import Decision, Duty, GoalState, ReuseMemo, Way
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.checks import page_of
from tests.webnode.forms import send
from tests.webnode.memo import DRAFT, KICKOFF, SECRET, memo_form, press, typed
from tests.webnode.node import RUNNING, SOLUTION, STOPPED, WITHDRAWN

PLACES = ("opencode", "fit_store", "efa_marketplace", "other_sites", "market")
ASKED = {f"stelle_{place}": "2026-11-20" for place in PLACES} | {f"stelle_{place}_text": "Nichts." for place in PLACES}


def carried(services: Services, document: html.HtmlElement) -> ReuseMemo:
    return services.memos.form.from_json(typed(document)["vermerk"].encode())


def open_points(document: html.HtmlElement) -> list[str]:
    heading = document.get_element_by_id("offen")
    return [heading.text, *(link.text_content() for link in heading.getparent().xpath(".//li/a"))]


def test_draft_holds_what_the_address_says(services: Services, read: Read) -> None:
    document = read(DRAFT)
    memo = carried(services, document)
    assert typed(document)["frage"] == "Mitfahrbank"
    assert (memo.situation.place, memo.situation.state, memo.situation.population) == ("Musterkreis", "HE", 90000)
    assert (memo.situation.months, memo.situation.open_source_only) == (12, True)
    assert [(find.record.id, find.record.ver, find.decision) for find in memo.finds] == [
        (RUNNING, 1, Decision.NOTED),
        (STOPPED, 3, Decision.REJECTED),
    ]
    assert memo.searches[0].text == "Mitfahrbank"
    assert memo.searches[0].found >= len(memo.searches[0].hits) >= 1
    assert STOPPED in {hit.id for hit in memo.searches[0].hits}
    assert memo.nodes[0].as_of == memo.searches[0].at


def test_draft_says_what_is_open_and_leads_there(read: Read) -> None:
    document = read(DRAFT)
    assert {typed(document)[f"pflicht_{duty}"] for duty in Duty} == {"open"}, "no duty is answered before somebody does"
    assert "siehe „Suche“" in typed(document)["pflicht_checked_text"]
    assert (points := open_points(document))[0] == "6 Angaben sind noch offen"
    assert "Begründen Sie: Beispielstadt: Mitfahrbank nach einem Jahr eingestellt" in points
    assert f"Beantworten Sie {len(Duty)} Pflichten" in points


def test_complete_memo_is_said_to_be_complete(client: FlaskClient, read: Read) -> None:
    answers = {"anlass": "Beschluss", "folgerung": "Wir fragen an.", "fund_0": "taken", "fund_0_text": "Passt.",
               "fund_1_text": "Zu klein.", "pflicht_checked": "met", "pflicht_used": "met",
               "pflicht_open_source": "not_applicable", "pflicht_shown": "met", **ASKED}  # fmt: skip
    document = page_of(press(client, read(DRAFT), "aktualisieren", **answers))
    assert open_points(document) == ["Der Vermerk ist vollständig"]


def test_one_box_meets_the_duties_that_are_still_open(client: FlaskClient, read: Read) -> None:
    document = read(DRAFT)
    assert document.xpath("//input[@name='pflichten'][@type='checkbox'][not(@checked)]"), "nobody has decided yet"
    sent = {**typed(document), "pflicht_used": "not_met", "pflichten": "met", "tun": "aktualisieren"}
    document = page_of(send(client, DRAFT, sent, content_type="multipart/form-data"))
    duties = {duty: typed(document)[f"pflicht_{duty}"] for duty in Duty}
    assert duties == dict.fromkeys(Duty, "met") | {Duty.USED: "not_met"}
    assert not document.xpath("//input[@name='pflichten']")


def test_everything_typed_comes_back(client: FlaskClient, read: Read) -> None:
    given = {
        "aktenzeichen": "10.2/2026", "stelle": "Hauptamt", "anlass": "Zwei Absätze.\n\nZweiter & <b>Schluss</b>.",
        "frage": 'Was "geht"?', "mitzeichnung": "Kämmerei\nPersonalrat", "stelle_opencode": "2026-11-20",
        "stelle_opencode_text": "Ein Baustein.", "stelle_market_text": "Drei Firmen angefragt.", "fund_0": "taken",
        "fund_0_text": SECRET, "fund_1": "noted", "pflicht_used": "not_met", "pflicht_used_text": "Keine passt.",
        "folgerung": "Später.",
    }  # fmt: skip
    document = page_of(press(client, read(DRAFT), "aktualisieren", **given))
    again = {name: value.replace("\r\n", "\n") for name, value in typed(document).items()}
    assert {name: again[name] for name in given} == given


def test_a_day_can_be_typed_as_people_write_it_and_is_refused_where_it_is_none(
    services: Services, client: FlaskClient, read: Read
) -> None:
    document = page_of(press(client, read(DRAFT), "aktualisieren", stelle_market="7.11.2026"))
    assert typed(document)["stelle_market"] == "2026-11-07"
    document = page_of(press(client, read(DRAFT), "aktualisieren", stelle_market="gestern"), 422)
    (link,) = document.xpath("//*[@id='fehler']//a")
    assert link.get("href") == "#stelle_market"
    assert link.text == "Markterkundung, Gefragt am: Bitte schreiben Sie einen Tag, zum Beispiel 27.11.2026."


def test_a_condition_and_a_decision_that_contradict_each_other_are_named(client: FlaskClient, read: Read) -> None:
    begun = f"/auswahl?q=Mitfahrbank&nur_offen=1&gemerkt={STOPPED}&gemerkt={SOLUTION}"
    assert not read(begun).xpath("//*[@id='widersprueche']")
    document = page_of(press(client, read(f"/auswahl?nur_offen=1&gemerkt={RUNNING}"), "aktualisieren", fund_0="taken"))
    (link,) = document.xpath("//*[@id='widersprueche']//a")
    assert link.get("href") == "#fund_0-taken"
    assert link.text.startswith("Bedingung ist „nur Open Source“. „Beispielkreis: Starkregenwarnung mit Sensoren“ wird")
    assert document.get_element_by_id("fund_0-taken").get("checked") is not None


def test_each_find_shows_cost_duration_and_way_at_a_glance(services: Services, read: Read) -> None:
    place = "ort=Musterdorf&ort_land=HE&ort_art=municipality&mitglied=beispielverbund&monate=6&budget=5000"
    document = read(f"/auswahl?{place}&gemerkt={STOPPED}")
    rows = {
        line.find("th").text.strip(): [" ".join(" ".join(cell.itertext()).split()) for cell in line.findall("td")]
        for line in document.xpath("(//form[contains(@class, 'memo')]//table)[1]/tbody/tr")
    }
    assert rows["Kosten"] == ["5.000 €", "4.500 € einmalig zu 66 % gefördert · Stand 2022"]
    assert rows["Dauer"] == ["6 Monate", "April 2022 bis Mai 2023, 13 Monate"]
    assert rows["Für Sie beziehbar"][1] == (
        "Beispielportal: Ja: inhouse über den kommunalen IT-Dienstleister, Beispielverbund (Hessen), "
        "Stand Oktober 2026."
    )
    assert carried(services, document).finds[0].record.lessons[0].statement in rows["Lehren"][1]
    assert carried(services, document).finds[0].way == Way(
        verdict="yes", route="inhouse_municipal_it", provider="Beispielverbund", as_of="2026-10"
    )


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("anlass", "x" * 4001, "Anlass: höchstens 4.000 Zeichen. Bitte kürzen Sie den Text."),
        ("fund_1_text", "Sicht\u202ebar", "(U+202E)"),
        ("pflicht_open_source_text", "x" * 4001, "Erläuterung zu Pflicht 3: höchstens 4.000 Zeichen."),
        ("stelle_market_text", "x" * 2001, "Markterkundung, Ergebnis dort: höchstens 2.000 Zeichen."),
        ("stelle", "eins\nzwei", "Organisationseinheit: Hier passt nur eine Zeile hin."),
    ],
)
def test_what_does_not_fit_is_said_at_the_top_and_at_the_field_and_kept(
    client: FlaskClient, read: Read, field: str, text: str, words: str
) -> None:
    draft = read(DRAFT)
    if field == "anlass":
        for button in ("herunterladen:odt", "json", "speichern"):
            assert press(client, draft, button, anlass=text).status_code == 422, button
    document = page_of(press(client, draft, "aktualisieren", folgerung="bleibt", **{field: text}), 422)
    assert document.findtext(".//title").startswith("Bitte prüfen:")
    links = document.xpath("//*[@id='fehler']//a")
    assert [link.get("href") for link in links] == [f"#{field}"]
    assert words in links[0].text
    assert document.get_element_by_id(field).get("aria-invalid") == "true"
    assert document.get_element_by_id(f"{field}-fehler").text_content() == links[0].text
    assert typed(document)[field] == text
    assert typed(document)["folgerung"] == "bleibt"


def test_find_goes_and_the_reasons_of_the_others_stay_with_them(client: FlaskClient, read: Read) -> None:
    document = page_of(press(client, read(DRAFT), "entfernen:0", fund_0_text="geht", fund_1_text="bleibt"))
    assert typed(document)["fund_0_text"] == "bleibt"
    assert "fund_1" not in typed(document)
    assert document.get_element_by_id("fund_0-rejected").get("checked") is not None


def test_shown_hit_can_be_judged_too_in_the_version_that_was_seen(
    services: Services, client: FlaskClient, read: Read
) -> None:
    document = read("/auswahl?q=Mitfahrbank")
    address = f"https://erfahrungen.example/r/{STOPPED}/v/3"
    document = page_of(press(client, document, f"aufnehmen:{address}", anlass="bleibt"))
    assert [find.record.address for find in carried(services, document).finds] == [address]
    assert typed(document)["anlass"] == "bleibt"
    assert not document.xpath(f"//button[@value='aufnehmen:{address}']")


def test_search_goes_on_without_losing_what_was_typed(services: Services, client: FlaskClient, read: Read) -> None:
    document = page_of(press(client, read(DRAFT), "suchen", suchworte="Starkregen", fund_1_text=SECRET))
    memo = carried(services, document)
    assert [done.text for done in memo.searches] == ["Mitfahrbank", "Starkregen"]
    assert typed(document)["fund_1_text"] == SECRET
    assert typed(document)["suchworte"] == ""
    # The return key in the field presses the first button of the form.
    document = page_of(press(client, document, "aktualisieren", suchworte="Prüfliste"))
    assert [done.text for done in carried(services, document).searches][2:] == ["Prüfliste"]


def test_links_lead_to_the_version_that_was_read_and_back_to_the_same_search(read: Read) -> None:
    document = read(DRAFT)
    assert document.xpath(f"//tr[@class='decided']//a[starts-with(@href, '/r/{STOPPED}/v/3')]")
    back = document.xpath("//nav[contains(@class, 'breadcrumb')]//a")[1].get("href")
    wanted = parse_qs(KICKOFF)
    assert {name: parse_qs(urlsplit(back).query)[name] for name in wanted} == {**wanted, "einwohner": ["90.000"]}
    assert document.xpath(f"//main//a[text()='https://erfahrungen.example/r/{STOPPED}/v/3']")


def test_selection_that_is_gone_is_named_and_the_rest_stays(read: Read) -> None:
    unknown = "99999999-0000-4000-8000-000000000009"
    document = read(f"{DRAFT}&gemerkt={WITHDRAWN}&gemerkt={unknown}&gemerkt=partner.example/{unknown}")
    assert "3 ausgewählte Einträge fehlen" in document.text_content()
    assert len(document.xpath("//button[starts-with(@value, 'entfernen:')]")) == 2


@pytest.mark.parametrize("carried", ["", "{}", "[]", "no json", '{"schema":"reuse-memo/1"}', "[" * 100_000])
def test_tampered_form_is_refused_in_words(client: FlaskClient, read: Read, carried: str) -> None:
    answer = press(client, read(DRAFT), "aktualisieren", vermerk=carried)
    assert "Diese Datei lässt sich nicht laden" in page_of(answer, 422).text_content()


UNKNOWN = ["", "löschen", "entfernen:99", "entfernen:-1", "erneuern:x", "aufnehmen:http://x", "herunterladen:exe"]


@pytest.mark.parametrize("button", UNKNOWN)
def test_unknown_button_changes_nothing(services: Services, client: FlaskClient, read: Read, button: str) -> None:
    document = read(DRAFT)
    before = carried(services, document)
    answer = send(client, DRAFT, {**typed(document), "tun": button}, content_type="multipart/form-data")
    assert carried(services, page_of(answer)).finds == before.finds


CHECK = f"/zielpruefung?{KICKOFF}"
TAKE_OVER = "aktualisieren"
FIRST, SECOND, THIRD = (f"ziel_{question.id}" for question in goal_questions()[:3])


def goals(services: Services, document: html.HtmlElement) -> list[tuple[GoalState, str]]:
    """Return the answers in a memo's page."""
    fields = typed(document)
    memo = services.memos.form.from_json(fields["vermerk"].encode())
    assert [goal.question for goal in memo.goals] == [question.words("de") for question in goal_questions()]
    numbers = range(len(memo.goals))
    return [(GoalState(fields[f"zielfrage_{n}"]), fields[f"zielfrage_{n}_text"]) for n in numbers]


def test_result_names_what_is_open_first(client: FlaskClient, read: Read) -> None:
    answers = {FIRST: "yes", SECOND: "no", THIRD: "partly", f"{SECOND}_text": SECRET}
    document = page_of(press(client, read(CHECK), "ergebnis", **answers))
    groups = [one.text_content() for one in document.xpath("//*[@id='ergebnis']//strong")]
    assert groups == ["Nicht geklärt (1)", "Noch nicht bekannt (7)", "Zum Teil geklärt (1)", "Geklärt (1)"]
    assert document.xpath("//*[@id='ergebnis']//a")[0].get("href") == f"#{SECOND}"
    assert {name: typed(document)[name] for name in answers} == answers


def test_answers_go_into_the_memo_of_the_same_kickoff(services: Services, client: FlaskClient, read: Read) -> None:
    answers = {FIRST: "yes", f"{FIRST}_text": "Beschluss\u0308 vom\u00a0März", SECOND: "no"}
    answer = press(client, read(CHECK), TAKE_OVER, **answers)
    document = page_of(answer)
    found = goals(services, document)
    assert found[:2] == [(GoalState.YES, "Beschluss\u0308 vom\u00a0März"), (GoalState.NO, "")]
    assert typed(document)["frage"] == "Mitfahrbank"
    assert len(document.xpath("//button[starts-with(@value, 'entfernen:')]")) == 2
    exported = press(client, document, "herunterladen:md").get_data(as_text=True)
    assert "Ziele und Rückhalt" in exported


def test_memo_being_written_travels_through_the_check(services: Services, client: FlaskClient, read: Read) -> None:
    check = page_of(press(client, read(DRAFT), "ziele", anlass=SECRET, fund_0="taken"))
    check = page_of(press(client, check, "ergebnis", **{FIRST: "partly", f"{FIRST}_text": "Stand"}))
    memo = page_of(press(client, check, TAKE_OVER))
    assert typed(memo)["anlass"] == SECRET
    assert typed(memo)["fund_0"] == "taken"
    assert goals(services, memo)[0] == (GoalState.PARTLY, "Stand")
    # Changed on the memo's page, the answers come back into the check.
    again = page_of(press(client, memo, "ziele", zielfrage_0="yes", zielfrage_0_text="Jetzt ganz"))
    assert (typed(again)[FIRST], typed(again)[f"{FIRST}_text"]) == ("yes", "Jetzt ganz")
    without = page_of(press(client, memo, "ziele-entfernen"))
    assert "zielfrage_0" not in typed(without)
    assert typed(without)["anlass"] == SECRET


@pytest.mark.parametrize("kennung", ["x", "../../..", "a" * 43 + "/loeschen", "//evil.example"])
def test_made_up_token_leads_nowhere_else(client: FlaskClient, read: Read, kennung: str) -> None:
    document = page_of(send(client, CHECK, {"kennung": kennung, FIRST: "yes"}, content_type="multipart/form-data"))
    assert memo_form(document).get("action").startswith("/auswahl?")
