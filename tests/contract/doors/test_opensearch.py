"""Browsers can offer the search of a site (OpenSearch 1.1)."""

import pytest
from flask.testing import FlaskClient
from lxml import etree, html

HOME = "https://node.example"
NAMES = {"os": "http://a9.com/-/spec/opensearch/1.1/"}


@pytest.mark.parametrize(("prefix", "lang"), [("", "de"), ("/en", "en")])
def test_every_page_names_the_search_and_its_templates_find_hits(client: FlaskClient, prefix: str, lang: str) -> None:
    page = html.document_fromstring(client.get(f"{prefix}/suche/hilfe").data)
    (link,) = page.xpath("//link[@rel='search'][@type='application/opensearchdescription+xml']")
    assert link.get("title")
    answer = client.get(link.get("href"))
    assert answer.mimetype == "application/opensearchdescription+xml"
    described = etree.fromstring(answer.data)
    assert described.findtext("os:Language", namespaces=NAMES) == lang
    urls = {one.get("type"): one.get("template") for one in described.iterfind("os:Url", NAMES)}
    for media_type in ("text/html", "application/atom+xml"):
        assert urls[media_type].startswith(f"{HOME}{prefix}/suche")
        found = client.get(urls[media_type].removeprefix(HOME).replace("{searchTerms}", "Starkregen"))
        assert (found.status_code, found.mimetype) == (200, media_type)
        assert "Fulda" in found.get_data(as_text=True)


def test_a_site_below_a_path_is_named_as_it_is_known_outside(client: FlaskClient) -> None:
    text = client.get("/opensearch.xml", base_url="http://localhost/below").get_data(as_text=True)
    assert "https://node.example/suche?q=" in text
    assert "/below" not in text
