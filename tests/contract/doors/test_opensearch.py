"""Browsers can offer the search of a site. OpenSearch 1.1 has no official schema: its rules are checked one by one."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from lxml import etree, html

HOME = "https://node.example"
NAMES = {"os": "http://a9.com/-/spec/opensearch/1.1/"}


@pytest.mark.parametrize(("prefix", "lang"), [("", "de"), ("/en", "en")])
def test_every_page_names_the_search_and_its_templates_find_something(
    client: FlaskClient, prefix: str, lang: str
) -> None:
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


ONCE = ("ShortName", "Description")
AT_MOST_ONCE = ("Contact", "Tags", "LongName", "Developer", "Attribution", "SyndicationRight", "AdultContent")
OTHERS = ("Url", "Image", "Query", "Language", "InputEncoding", "OutputEncoding")
PARAMETERS = {"searchTerms", "count", "startIndex", "startPage", "language", "inputEncoding", "outputEncoding"}
RELATIONS = {"results", "suggestions", "self", "collection"}


def broken_rules(described: etree._Element) -> list[str]:
    """What the specification forbids: elements it does not know or too many of them, addresses, parameters, lengths."""
    found = [etree.QName(one) for one in described]
    names = [one.localname for one in found]
    wrong = [f"name {one}" for one in (etree.QName(described), *found) if one.namespace != NAMES["os"]]
    wrong += [f"unknown {one}" for one in names if one not in {*ONCE, *AT_MOST_ONCE, *OTHERS}]
    wrong += [f"not once {one}" for one in ONCE if names.count(one) != 1]
    wrong += [f"twice {one}" for one in AT_MOST_ONCE if names.count(one) > 1]
    if not names.count("Url"):
        wrong.append("no Url")
    for url in described.iterfind("os:Url", NAMES):
        template = url.get("template", "")
        wrong += [] if url.get("type") and re.match(r"https?://", template) else ["address without type or scheme"]
        wrong += [] if url.get("rel", "results") in RELATIONS else [f"relation {url.get('rel')}"]
        given = re.findall(r"\{([^{}]*)\}", template)
        wrong += [f"parameter {one}" for one in given if one.removesuffix("?") not in PARAMETERS]
        wrong += ["brace"] if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", template)) else []
    for name, longest in (("ShortName", 16), ("LongName", 48), ("Description", 1024), ("Tags", 256)):
        wrong += [f"long {name}" for one in described.iterfind(f"os:{name}", NAMES) if len(one.text or "") > longest]
    return wrong


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_description_keeps_to_the_rules_of_the_specification(client: FlaskClient, prefix: str) -> None:
    described = etree.fromstring(client.get(f"{prefix}/opensearch.xml").data)
    assert etree.QName(described).localname == "OpenSearchDescription"
    assert broken_rules(described) == []
    described.append(etree.SubElement(described, f"{{{NAMES['os']}}}Colour"))
    described[0].text = "Ein viel zu langer Name"
    described.find("os:Url", NAMES).set("template", "/suche?q={words}")
    described.remove(described.find("os:Description", NAMES))
    assert broken_rules(described) == [
        "unknown Colour", "not once Description", "address without type or scheme", "parameter words", "long ShortName",
    ], "planted mistakes are found"  # fmt: skip


def test_a_site_below_a_path_is_named_as_it_is_known_outside(client: FlaskClient) -> None:
    text = client.get("/opensearch.xml", base_url="http://localhost/below").get_data(as_text=True)
    assert "https://node.example/suche?q=" in text
    assert "/below" not in text
