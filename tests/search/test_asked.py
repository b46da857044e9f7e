"""Questions asked openly: what is to be found is found, and where no record is about it the search says so."""

import pytest

from app.search.query import SearchQuery
from app.shared.config import PROJECT_ROOT
from app.wiring import Services
from tests.search.node import Rank


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("BIM in der Verwaltung", ("BIM",)), ("bim in der verwaltung", ("bim",)),
        ("Hallenbad sanieren Zuschuss", ("Hallenbad",)), ("hallenbad sanieren zuschuss", ("hallenbad",)),
    ],
)  # fmt: skip
def test_there_is_nothing_about(ranking: Rank, text: str, missing: tuple[str, ...]) -> None:
    found = ranking(text)
    assert found.missing == missing
    assert len(found.found) <= 3


NOWHERE = (
    *("Grundsteuer Hebesatz", "Grundsteuer", "E-Rechnung", "E-Rechnung einführen", "Hallenbad"),
    *("Gewerbesteuer", "Musikschule", "Schulmensa", "Straßenreinigung", "Weihnachtsmarkt", "Tierheim"),
    *("Zweitwohnungsteuer", "Zweitwohnungssteuer", "Zweitwohnungsteuer einführen", "Hundesteur", "Bettensteuer"),
    *("Straßenreinigungsgebühr", "Fahrradwegenetz", "Kurtaxe", "Jagdpacht", "Waffenschein", "Fischereischein"),
    *("Eheschließung", "Baumschutzsatzung", "Schulspeisung", "Klärschlammverwertung", "Gaststättenerlaubnis"),
    *("Stadtarchiv", "Schülerbeförderung", "Sperrmüll", "Obdachlosenunterkunft", "Vergnügungssteuer", "Wochenmarkt"),
    *("Krankentransport", "Melderegisterauskunft", "Winterreifen", "Namensänderung", "Straßennamen"),
)
"""Subjects that no shipped record has a word for, though it may have the parts of one."""


@pytest.mark.parametrize("text", NOWHERE)
def test_parts_of_a_word_are_not_the_matter(node: Services, text: str) -> None:
    found = node.search.search(SearchQuery(text=text))
    assert text.split(maxsplit=1)[0] in found.missing
    assert found.total <= 3
    assert found.suggestion is None, "no other word is meant"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Bebaungsplan", "Bebauungsplan"), ("Hochwaserwarnsystem", "Hochwasserwarnsystem"),
        ("Kitagebüren", "Kitagebühren"), ("Datenplatform", "Datenplattform"), ("Hitzeaktionplan", "Hitzeaktionsplan"),
        ("Vergabestele", "Vergabestelle"),
    ],
)  # fmt: skip
def test_a_slip_is_corrected_to_what_stands_in_a_record_or_concept(node: Services, typed: str, meant: str) -> None:
    found = node.search.search(SearchQuery(text=typed))
    assert (found.suggestion, found.missing) == (meant, ())


def test_no_shipped_record_contains_a_word_of_the_queries_without_hits() -> None:
    texts = [file.read_text("utf-8").lower() for file in (PROJECT_ROOT / "content").rglob("*.md")]
    nowhere = {text.split()[0].lower() for text in NOWHERE} - {"e-rechnung"}
    assert [word for word in nowhere if any(word in text for text in texts)] == []


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("Bürger mitreden lassen beim Bebauungsplan", "solution/hamburg-dipas-loesung"),
        ("how much does a village app cost", "solution/bad-belzig-smart-village-app-loesung"),
        ("KI in der Verwaltung", "case-study/hamburg-llmoin"),
        ("ki in der verwaltung", "collection/themenpaket-ki-im-rathaus"),
        ("Landarztmangel", "case-study/spiegelberg-ohne-arzt-praxis"),
        ("gescheitert", "case-study/nottuln-dorffunk-ende"),
        ("Wie kriegen wir ältere Leute dazu, die App zu nutzen?", "case-study/hoexter-lippe-smart-country-side"),
        ("Wie kommen wir ohne Ausschreibung ans Masterportal", "organisation/dataport"),
    ],
)
def test_there_is_something_about(ranking: Rank, text: str, record: str) -> None:
    found = ranking(text)
    assert found.missing == ()
    assert record in found.found[:3]


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("Straßenlaternen", "case-study/doerentrup-dial4light"),
        ("Hackerattacke", "case-study/anhalt-bitterfeld-cyberangriff"),
        ("Kindergartenplatz", "case-study/berlin-kita-navigator"),
        ("Stromspeicher", "case-study/bordesholm-batteriespeicher"),
        ("Voicebot", "case-study/haimhausen-ki-chatbot"),
        ("Terminvereinbarung", "case-study/dortmund-buergerdienste-termine"),
        ("Dokumentenmanagement", "case-study/berlin-mitte-e-akte"),
        ("Eingemeindung", "case-study/neukirchen-knuell-fusion"),
        ("Baubetriebshof", "case-study/zellingen-gemeinsamer-bauhof"),
        ("Bürgerbus", "case-study/hof-landbus"),
        ("smart meter", "case-study/hattersheim-wasserzaehler"),
        ("litter bin", "case-study/rhein-ruhr-fuellstandssensoren"),
        ("GDPR", "case-study/rudelzhausen-datenschutzbeauftragter"),
    ],
)
def test_an_everyday_word_that_hardly_a_record_has_leads_to_the_matter(ranking: Rank, text: str, record: str) -> None:
    found = ranking(text)
    assert found.missing == ()
    assert record in found.found[:5]


@pytest.mark.parametrize("record", ["case-study/ulm-datenplattform", "solution/ulm-datenplattform-loesung"])
def test_records_with_all_words_do_not_hide_those_that_are_titled_so(ranking: Rank, record: str) -> None:
    assert record in ranking("Ulmer Datenplattform ohne Ausschreibung").found


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("Direktauftrag", "solution/katwarn-loesung"), ("inhouse", "solution/hamburg-dipas-loesung"),
        ("Beitritt", "solution/hamburg-dipas-loesung"), ("direct award", "solution/katwarn-loesung"),
        ("Digitale Zukunftskommune", "case-study/ulm-datenplattform"),
    ],
)  # fmt: skip
def test_routes_and_funding_programmes_are_found(node: Services, text: str, record: str) -> None:
    kind, slug = record.split("/")
    result = node.search.search(SearchQuery(text=text, filters={"art": (kind,)}))
    assert slug in [hit.slug for hit in result.hits]
