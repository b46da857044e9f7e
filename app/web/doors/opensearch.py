"""Lets browsers add the search of this site to theirs (OpenSearch 1.1)."""

from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, url_for

from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.routing import full_address
from app.web.shell.wording import _

blueprint = Blueprint("opensearch", __name__)
NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
MEDIA_TYPE = "application/opensearchdescription+xml"
_SHORT, _LONG = 16, 48
"""Maximum lengths of the short and the long name, in characters; clients may reject longer ones."""


@blueprint.get("/opensearch.xml")
def description() -> Response:
    """Describe the search in the language of the address."""
    settings = services().settings
    root = Element("OpenSearchDescription", {"xmlns": NAMESPACE})
    texts = {
        "ShortName": settings.name[:_SHORT].rstrip(),
        "LongName": settings.name[:_LONG].rstrip(),
        "Description": _("Experience of municipalities: what others tried, and what became of it."),
        "Language": current_language(),
        "InputEncoding": "UTF-8",
        "OutputEncoding": "UTF-8",
    }
    for name, text in texts.items():
        SubElement(root, name).text = text
    page = full_address(url_for("search.results"))
    for media_type, address in (("text/html", page), ("application/atom+xml", f"{page}.atom")):
        template = {"type": media_type, "template": f"{address}?q={{searchTerms}}"}
        SubElement(root, "Url", template)
    own = {"type": MEDIA_TYPE, "rel": "self", "template": full_address(url_for("opensearch.description"))}
    SubElement(root, "Url", own)
    return Response(tostring(root, encoding="utf-8", xml_declaration=True), content_type=MEDIA_TYPE)
