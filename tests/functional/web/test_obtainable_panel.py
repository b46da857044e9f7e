"""„Für uns beziehbar?“ on the pages of solutions and of cases that used one."""

from lxml import html

from tests.functional.web.conftest import Read
from tests.webnode.checks import words
from tests.webnode.node import CONCEPT_PAGE, SOLUTION_PAGE, STOPPED, STOPPED_PAGE

MEMBER = "ort=Musterdorf&ort_land=HE&ort_art=municipality&mitglied=beispielverbund"
STRANGER = "ort=Musterdorf&ort_land=HE&ort_art=municipality"
ELSEWHERE = "ort=Fernstadt&ort_land=BY&ort_art=town"


def panel(document: html.HtmlElement) -> html.HtmlElement:
    return document.xpath("//section[@aria-labelledby='beziehbar'] | //div[@id='beziehbar']")[0]


def answer(document: html.HtmlElement) -> str:
    return words(panel(document).xpath(".//section[contains(@class, 'notice')]")[0])


def test_a_stated_membership_makes_a_yes_that_says_on_what_it_rests(read: Read) -> None:
    document = read(f"{SOLUTION_PAGE}?{MEMBER}")
    assert answer(document).startswith("Musterdorf: ja, wenn Ihre Angabe zutrifft")
    steps = [words(step) for step in panel(document).xpath(".//ol/li")]
    assert steps[0] == "nach Ihrer Angabe Musterdorf ist Mitglied bei Beispielverbund."
    assert steps[1].startswith("belegt Beispielverbund bietet Beispielportal an. Stand Oktober 2026")
    assert panel(document).xpath(".//ol/li//a[@href='https://verbund.example/portal']")
    said = answer(document)
    assert "Inhouse-Vergabe nach § 108 Absatz 1 bis 5 GWB: bei einer Stelle, die Ihre Kommune allein" in said
    assert "Quelle: Beschreibung des Portals (Beispielverbund, Oktober 2026, nach Angaben der Beteiligten)" in said
    (law,) = panel(document).xpath(".//a[contains(@href, 'gesetze-im-internet.de/gwb/__108')]")
    assert words(law) == "§ 108 GWB im Wortlaut"
    (picture, *_more) = panel(document).xpath(".//*[local-name()='svg']")
    assert (picture.get("role"), picture.get("aria-label")) == (
        "img",
        "Bild der Kette: Musterdorf – gehört zu → Beispielverbund; Beispielverbund – bietet an → Beispielportal",
    )
    assert panel(document).xpath(".//form[last()]//input[@name='mitglied'][@checked]/@value") == ["beispielverbund"]


def test_what_is_not_known_stays_open_and_says_whom_to_ask(read: Read) -> None:
    document = read(f"{SOLUTION_PAGE}?{STRANGER}")
    assert answer(document).startswith("Musterdorf: noch offen, eine Angabe ist nicht belegt")
    assert "Bekannt: inhouse über den kommunalen IT-Dienstleister, Beispielverbund (Hessen)" in answer(document)
    assert "Ob Musterdorf zu Beispielverbund gehört, ist hier nicht belegt." in answer(document)
    asked = words(panel(document))
    assert "Wen Sie fragen können" in asked
    assert panel(document).xpath(".//a[starts-with(@href, '/organisationen/beispielverbund')]")


def test_where_no_offer_is_shown_the_headline_promises_none(read: Read) -> None:
    said = answer(read(f"{SOLUTION_PAGE}?{ELSEWHERE}"))
    assert said.startswith("Fernstadt: derzeit kein belegter Weg")
    assert "Ohne Ausschreibung: derzeit kein belegter Weg." in said
    assert "möglich" not in said
    text = words(panel(read(f"{SOLUTION_PAGE}?{ELSEWHERE}")))
    assert "Was zu den einzelnen Wegen bekannt ist" in text
    assert "Dieser Weg gilt nur für: Hessen." in text, "a way that is closed is told"
    assert "der aussichtsreichste zuerst" not in text


def test_a_name_that_several_places_bear_gets_no_answer(read: Read) -> None:
    section = panel(read(f"{SOLUTION_PAGE}?ort=Neustadt&ort_art=town"))
    assert not section.xpath(".//section[contains(@class, 'notice')]")
    assert "Diesen Namen können mehrere Orte tragen." in words(section)
    assert section.xpath(".//details[@open]//input[@name='ort']")


def test_without_a_place_the_page_asks_for_it(read: Read) -> None:
    section = panel(read(SOLUTION_PAGE))
    assert not section.xpath(".//ol")
    form = section.xpath(".//form")[0]
    assert form.get("action") == f"{SOLUTION_PAGE}#beziehbar"
    assert set(form.xpath(".//*[self::input or self::select]/@name")) >= {"ort", "ort_land", "ort_art", "einwohner"}
    assert "Das ist keine Beratung zum Vergaberecht." in words(section)


def test_a_case_is_answered_for_the_solution_that_it_used(read: Read) -> None:
    section = panel(read(f"{STOPPED_PAGE}?{MEMBER}"))
    assert section.xpath(".//h3/a/@href")[0].startswith(f"{SOLUTION_PAGE}?")
    assert "Musterdorf: ja" in words(section)


def test_a_concept_and_an_earlier_version_are_not_asked(read: Read) -> None:
    for page in (CONCEPT_PAGE, f"/r/{STOPPED}/v/1"):
        assert not read(f"{page}?{MEMBER}").xpath("//*[@id='beziehbar']")
