"""Programs find name, data and files of a record from its page alone; the library signposting follows them."""

import pytest
from flask.testing import FlaskClient
from signposting import find_signposting_http_link, find_signposting_linkset

from app.web.records.metadata import SHORT
from app.wiring import Services

HOME = "https://node.example"
PAGE = "/fallstudien/fulda-starkregenfruehalarm"


def answers(client: FlaskClient, address: str, media_type: str) -> bool:
    found = client.get(address.removeprefix(HOME))
    return found.status_code == 200 and found.mimetype == media_type


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_of_a_record_leads_to_everything_about_it(client: FlaskClient, node: Services, prefix: str) -> None:
    links = client.get(prefix + PAGE).headers.getlist("Link")
    found = find_signposting_http_link(links, HOME + PAGE)
    entry = node.catalogue.head_by_slug("case-study", "fulda-starkregenfruehalarm")
    assert found.citeAs
    assert found.citeAs.target == f"{HOME}/r/{entry.id}"
    assert found.license
    assert found.license.target == "https://creativecommons.org/licenses/by/4.0/"
    assert {str(one.target) for one in found.types} == {"https://schema.org/AboutPage", "https://schema.org/Article"}
    assert len(found.describedBy) == 3
    assert len(found.items) >= 2
    for one in (*found.describedBy, *found.items, *found.linksets):
        assert answers(client, str(one.target), str(one.type)), one
    assert len(", ".join(links)) < 4096


def test_the_link_set_says_all_of_it_and_leads_back(site: str, client: FlaskClient) -> None:
    found = find_signposting_linkset(f"{site}{PAGE}/linkset").for_context(HOME + PAGE)
    assert found.citeAs
    assert len(found.describedBy) == 3
    item = next(iter(found.items))
    back = find_signposting_linkset(f"{site}{PAGE}/linkset").for_context(str(item.target))
    assert back.collection
    assert str(back.collection.target) == HOME + PAGE
    assert client.get("/fallstudien/nirgends/linkset").status_code == 404


def test_every_kind_of_record_has_signposts(client: FlaskClient, node: Services) -> None:
    for kind in ("concept", "solution", "organisation", "question"):
        entry = node.catalogue.heads(kind)[-1]
        page = f"/{node.schemas.kind(kind).route}/{entry.slug}"
        links = client.get(page).headers.getlist("Link")
        assert find_signposting_http_link(links, HOME + page).citeAs
        assert len(", ".join(links).split(", <")) <= SHORT + 1
