"""A memo's page as a browser handles it: what its form holds, and what a button sends."""

from typing import Any

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from tests.webnode.forms import send
from tests.webnode.node import RUNNING, STOPPED

SITUATION = "ort=Musterkreis&ort_land=HE&ort_art=district&einwohner=90.000&monate=12&nur_offen=1"
KICKOFF = f"q=Mitfahrbank&{SITUATION}&gemerkt={RUNNING}&abgelehnt={STOPPED}"
DRAFT = f"/auswahl?{KICKOFF}"
SECRET = "Vertrauliche Begründung aus dem Hauptausschuss"


def memo_form(document: html.HtmlElement) -> html.HtmlElement:
    """Return the memo's form."""
    return document.xpath("//form[contains(@class, 'memo')]")[0]


def typed(document: html.HtmlElement, **changes: str) -> dict[str, Any]:
    """Return what the form would send, with some fields changed; a field that is not there is a mistake."""
    # Browsers leave out the line feed behind the tag of a text field, lxml does not.
    fields = {name: value.removeprefix("\n") for name, value in memo_form(document).form_values()}
    del fields["csrf_token"]
    unknown = changes.keys() - fields.keys() - {"tun"}
    assert not unknown, unknown
    return {**fields, **changes}


def press(
    client: FlaskClient, document: html.HtmlElement, button: str, *, address: str = "", **changes: str
) -> TestResponse:
    """Send the form by a button, named by its value, to where that button leads."""
    found = document.xpath("//button[@name='tun'][@value=$value]", value=button)
    assert found, button
    target = address or found[0].get("formaction") or memo_form(document).get("action")
    data = typed(document, **changes, tun=button)
    return send(client, target.partition("#")[0], data, content_type="multipart/form-data")
