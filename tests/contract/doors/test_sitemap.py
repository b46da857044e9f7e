"""Search engines find every page that is worth it; ultimate-sitemap-parser reads the lists as they do."""

from flask.testing import FlaskClient
from lxml import etree
from usp.objects.sitemap import AbstractSitemap, PagesXMLSitemap
from usp.tree import sitemap_from_str

from app.wiring import Services
from tests.webnode.node import ROOT

HOME = "https://node.example"
OFFICIAL = ROOT / "node_modules" / "sitemap" / "schema" / "sitemap.xsd"
XHTML = "{http://www.w3.org/1999/xhtml}link"


def listed(client: FlaskClient, path: str) -> AbstractSitemap:
    return sitemap_from_str(client.get(path).get_data(as_text=True))


def addresses(found: AbstractSitemap) -> list[str]:
    return [page.url for page in found.all_pages()]


def test_the_sitemap_lists_only_pages_that_answer(client: FlaskClient, withdrawn_id: str) -> None:
    found = listed(client, "/sitemap.xml")
    assert isinstance(found, PagesXMLSitemap)
    assert len(addresses(found)) > 40
    # Two of each sort: what is listed of one sort comes from one query.
    sorts: dict[str, list[str]] = {}
    for address in addresses(found):
        sorts.setdefault(address.rpartition("/")[0], []).append(address)
    for address in (one for those in sorts.values() for one in (those[0], those[-1])):
        assert client.get(address.removeprefix(HOME)).status_code == 200, address
    assert not any("opencode-nachnutzung" in address for address in addresses(found))
    assert withdrawn_id


def test_the_sitemap_fits_the_official_schema(client: FlaskClient) -> None:
    official = etree.XMLSchema(etree.parse(OFFICIAL))
    document = etree.fromstring(client.get("/sitemap.xml").data)
    # The schema wants elements of other names described too; that of the other language belongs to XHTML.
    for link in list(document.iter(XHTML)):
        link.getparent().remove(link)
    official.assertValid(document)
    document[0].append(etree.Element(document[0][0].tag.replace("loc", "place")))
    assert not official.validate(document), "a planted error is found"


def test_records_with_their_last_change_fields_states_and_terms_are_listed(client: FlaskClient, node: Services) -> None:
    pages = {page.url: page.last_modified for page in listed(client, "/sitemap.xml").all_pages()}
    assert pages[f"{HOME}/fallstudien/fulda-starkregenfruehalarm"]
    assert {f"{HOME}/themen/mobility", f"{HOME}/laender/HE"} <= pages.keys()
    for name, vocabulary in node.vocabularies.items():
        assert {f"{HOME}/begriffe/{name}/{one.id}" for one in vocabulary.concepts} < pages.keys()
        assert f"{HOME}/begriffe/{name}" in pages


def test_people_who_guess_the_word_on_the_page_are_led_to_the_fields_of_action(client: FlaskClient) -> None:
    for path in ("/handlungsfelder", "/en/handlungsfelder"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (
            301,
            path.replace("/handlung", "/stoebern#handlung"),
        )
