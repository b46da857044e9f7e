"""What holds for every page: checked whenever any test fetches one."""

import re
from collections import Counter

from lxml import html
from werkzeug.test import TestResponse

from app.web.shell.security import CONTENT_SECURITY_POLICY

# How records name each other in files; readers see titles.
_NAME = re.compile(r"\b(?:case-study|concept|solution|organisation|question|response|collection)/[a-z0-9]")


def parsed(text: str) -> html.HtmlElement:
    """Return the document; the tests read it like a browser would."""
    return html.document_fromstring(text)


def page_of(answer: TestResponse, status: int = 200, language: str = "de") -> html.HtmlElement:
    """Return the document of an answer after the checks that hold for every page."""
    text = answer.get_data(as_text=True)
    assert answer.status_code == status, text[:400]
    return check_page(text, dict(answer.headers), language)


def words(element: html.HtmlElement) -> str:
    """Return what an element says, with one space wherever it has any."""
    return " ".join(element.text_content().split())


def check_page(text: str, headers: dict[str, str], language: str) -> html.HtmlElement:
    """Check the basics of a page and return its document."""
    document = parsed(text)
    assert text.lstrip().startswith("<!doctype html>")
    assert document.get("lang") == language
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    _check_outline(document)
    _check_ids(document)
    _check_links(document)
    _check_nothing_inline(document)
    _check_words(document)
    return document


def _check_outline(document: html.HtmlElement) -> None:
    assert (document.findtext(".//title") or "").strip()
    assert len(document.findall(".//h1")) == 1, [h.text_content() for h in document.findall(".//h1")]
    assert len(document.findall(".//main")) == 1
    levels = [int(heading.tag[1]) for heading in document.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    steps = zip([0, *levels], levels, strict=False)
    assert all(level - before <= 1 for before, level in steps), levels


def _check_ids(document: html.HtmlElement) -> None:
    ids = Counter(filter(None, document.xpath("//@id")))
    assert not [name for name, count in ids.items() if count > 1]
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
        for named in document.xpath(f"//@{attribute}"):
            assert all(name in ids for name in named.split()), (attribute, named)
    fragments = {link[1:] for link in document.xpath("//a/@href[starts-with(., '#')]")}
    assert fragments <= ids.keys(), fragments - ids.keys()


def _check_links(document: html.HtmlElement) -> None:
    for link in document.iter("a"):
        assert link.get("href"), html.tostring(link)
        assert link.text_content().strip() or link.get("aria-label"), html.tostring(link)
    for picture in document.iter("img"):
        assert picture.get("alt")
    for field in document.iter("input", "select"):
        assert field.get("type") == "hidden" or document.xpath(f"//label[@for='{field.get('id')}']")


def _check_nothing_inline(document: html.HtmlElement) -> None:
    assert not document.xpath("//style | //*[@style] | //base | //iframe | //object | //embed")
    for script in document.iter("script"):
        assert script.get("src") or script.get("type") == "application/ld+json"
    assert not document.xpath("//@*[starts-with(name(), 'on')]")
    for element in document.xpath("//*[self::script or self::link[@rel='stylesheet'] or self::img]"):
        address = element.get("src") or element.get("href") or "/"
        assert address.startswith("/"), address


def _check_words(document: html.HtmlElement) -> None:
    words = document.xpath("//main//text()[not(ancestor::code or ancestor::pre or ancestor::textarea)]")
    found = [text for text in words if _NAME.search(text)]
    assert not found, found
