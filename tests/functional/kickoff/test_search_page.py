"""The search page with the published content: order, reasons, limits and lessons as a reader sees them."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import pytest
from lxml import html

from app.records.record import Record
from app.shared.config import PROJECT_ROOT
from app.web.factory import create_app
from app.wiring import Services
from tests.webnode.checks import check_page

Page = Callable[..., html.HtmlElement]

DISTRICT = {"ort_art": "district", "ort_land": "HE", "einwohner": "90000", "monate": "12", "stand": "idea"}
QUESTIONS = ("", "Datenplattform", "Wie warnen wir vor Starkregen?")
LIKENESS = ("gleiche Größe: ", "ähnliche Größe: ", "gleiches Land: ", "gleiche Art: ", "gleiche Zusammenarbeit: ")


@pytest.fixture(scope="module")
def read(seeded: Services) -> Page:
    seeded.follow()
    client = create_app(seeded, testing=True).test_client()

    def fetch(path: str = "/suche", **parameters: str) -> html.HtmlElement:
        answer = client.get(f"{path}?{urlencode(parameters)}" if parameters else path, follow_redirects=True)
        assert answer.status_code == 200
        return check_page(answer.get_data(as_text=True), dict(answer.headers), "de")

    return fetch


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def addresses(document: html.HtmlElement) -> list[str]:
    return [href.partition("?")[0] for href in document.xpath("//h3[@class='hit-title']/a/@href")]


def reasons(hit: html.HtmlElement) -> list[str]:
    told = [words(text).removeprefix("Warum hier ") for text in hit.xpath(".//details[@class='hit-why']")]
    return [part for text in told for part in text.split(", ")]


def test_a_memo_says_that_it_lists_the_first_page_of_many_hits(read: Page) -> None:
    said = "Aufgeführt ist Seite 1 der Treffer, nicht die folgenden."
    assert said in words(read("/auswahl", q="Beteiligung"))
    assert said not in words(read("/auswahl", q="KATWARN"))


def test_open_source_only_says_first_for_how_many_hits_that_is_proven(read: Page) -> None:
    results = read(q="Beteiligung", nur_offen="1").xpath("//section[@class='results']")[0]
    text = words(results)
    assert text.index("als Open Source belegt.") < text.index("Warum hier")


def test_distant_hits_are_folded_below_the_near_ones_and_not_where_they_stand_alone(read: Page) -> None:
    page = read(q="Mängelmelder")
    (folded,) = page.xpath("//section[@class='results']//details[ol[@class='hits']]")
    near = len(addresses(page)) - len(folded.xpath(".//article"))
    assert near > 1
    assert words(page.xpath("//h2[@id='treffer']")[0]) == f"{near} Einträge zu „Mängelmelder“"
    assert words(folded.xpath("summary")[0]).startswith("Weitere, entferntere Treffer (")
    assert not folded.xpath("@open")
    page = read(q="Mängelmelder", seite="2")
    (unfolded,) = page.xpath("//section[@class='results']//details[ol[@class='hits']][@open]")
    assert len(unfolded.xpath(".//article")) == len(addresses(page)) > 0


def test_a_synonym_is_told_in_the_language_of_the_reader(read: Page) -> None:
    told = {one for hit in read(q="Warnung vor Starkregen").xpath("//article[@class='hit']") for one in reasons(hit)}
    assert {"Synonym: Unwetter", "verwandt: warnen"} <= told
    assert not [one for one in told if "water level" in one]
    text = words(read(q="Dorf-App"))
    assert "„Dorf-App“, dort „village app“" in text
    assert "Synonym: village app" not in text


@pytest.mark.parametrize("text", QUESTIONS)
def test_every_reason_shown_is_true_of_the_hit(seeded: Services, read: Page, text: str) -> None:
    said = {**({"q": text} if text else {}), **DISTRICT, "naehe": "10"}
    shown = 0
    for hit in [hit for page in "12" for hit in read(**said, seite=page).xpath("//article[@class='hit']")]:
        kind, slug = hit.xpath(".//h3/a/@href")[0].partition("?")[0].strip("/").split("/")
        name = next(one.name for one in seeded.schemas.kinds if one.route == kind)
        record = seeded.catalogue.record(seeded.catalogue.head_by_slug(name, slug))
        told = [reason for reason in reasons(hit) if reason.startswith(LIKENESS)]
        assert all(holds(reason, record, seeded) for reason in told), (slug, told)
        shown += len(told)
    assert shown


def holds(reason: str, record: Record, services: Services) -> bool:
    what, _colon, value = reason.partition(": ")
    field = {"Größe": "size_class", "Land": "state", "Art": "kind", "Zusammenarbeit": ""}[what.split()[-1]]
    if not field:
        return services.schemas.label("cooperation", str(record.data["cooperation"]), "de") == value
    shared = {"kind": "place_kind"}.get(field, field)
    found = {services.schemas.label(shared, str(getattr(place, field)), "de") for place in record.municipalities}
    return value in found


def test_a_stopped_attempt_stands_where_its_relevance_puts_it_and_says_why(seeded: Services, read: Page) -> None:
    document = read(q="Dorf App eingestellt", **DISTRICT)
    stopped = [hit for hit in document.xpath("//article[@class='hit']") if "Eingestellt" in words(hit)]
    assert stopped
    slug = stopped[0].xpath(".//h3/a/@href")[0].partition("?")[0].rpartition("/")[2]
    case = seeded.catalogue.record(seeded.catalogue.head_by_slug("case-study", slug))
    note = case.data["outcome_note"]
    assert isinstance(note, Mapping)
    assert str(note["text"]).removeprefix("Eingestellt: ") in words(stopped[0])


HOPE = ("Ja", "Möglich", "Offen", "Ohne Ausschreibung: derzeit kein belegter Weg")
PLACES: tuple[Mapping[str, str], ...] = (
    {},
    {"ort": "Ulm", "ort_land": "BW", "ort_art": "independent_city", "einwohner": "126000"},
    {"ort": "Musterdorf", "ort_land": "HE", "ort_art": "municipality", "einwohner": "1200"},
    {"ort": "Landkreis Hof", "ort_land": "BY", "ort_art": "district"},
)


def answers(document: html.HtmlElement) -> list[str]:
    """Return what the hits say of the way to a solution, without what is folded."""
    folds = document.xpath("//details[@class='hit-obtainable'][not(@open)]/summary")
    return [words(one).partition("Für uns beziehbar? ")[2] for one in folds]


@pytest.mark.parametrize("place", PLACES)
def test_without_a_tender_the_yes_comes_first_then_the_if_then_the_rest(read: Page, place: Mapping[str, str]) -> None:
    (href,) = read("/").xpath("//a[.='Was können wir ohne eigene Ausschreibung beziehen?']/@href")
    said = answers(read(f"{href}&{urlencode(place)}" if place else href))
    ranks = [next(rank for rank, start in enumerate(HOPE) if one.startswith(start)) for one in said]
    assert len(said) > 5
    assert ranks == sorted(ranks)
    assert not any("Kauf" in one for one in said), "a purchase is no way without a tender"


def test_what_can_be_obtained_without_a_tender_asks_for_the_place_first(read: Page) -> None:
    (href,) = read("/").xpath("//a[.='Was können wir ohne eigene Ausschreibung beziehen?']/@href")
    (asked,) = read(href).xpath("//form[@role='search']/details[@open]")
    assert asked.xpath(".//input[@type='text']/@name")[0] == "ort"
    assert not read(f"{href}&{urlencode(PLACES[1])}").xpath("//form[@role='search']/details[@open]")


@pytest.mark.parametrize("place", PLACES[1:])
def test_each_answer_has_twelve_words_at_most_and_its_reasons_folded(read: Page, place: Mapping[str, str]) -> None:
    solutions = len([*(PROJECT_ROOT / "content" / "solutions").iterdir()])
    pages = [read(art="solution", seite=str(page), **place) for page in range(1, -(-solutions // 10) + 1)]
    said = [one for page in pages for one in answers(page)]
    assert len(said) == solutions
    assert all(0 < len(one.split()) <= 12 for one in said), said
    reasons = [words(one) for page in pages for one in page.xpath("//details[@class='hit-obtainable']/p")]
    assert min(len(one.split()) for one in reasons) > 10


def test_the_line_of_a_record_for_the_readers_place_has_twelve_words_at_most(read: Page) -> None:
    for address in addresses(read(art="solution", **PLACES[1]))[:4]:
        (fold,) = read(f"{address}?{urlencode(PLACES[1])}").xpath("//dl//details[.//a[@href='#beziehbar']]")
        assert 0 < len(words(fold.find("summary")).split()) <= 12
        assert len(words(fold.find("p")).split()) > 10
