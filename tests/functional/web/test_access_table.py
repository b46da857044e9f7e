"""Who may open what: every route of the site stands in one of the tables below, and is tried as every role.

A new route belongs into PUBLIC (for everybody, signed in or not), into GUARDED (with the action that its view
`requires`), or into OWN_PROOF (programs that bring a proof of their own; name the test that holds it).
"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import BaseConverter, Rule
from werkzeug.test import TestResponse

from app.identity import Action, Person, Role, RoleKind, may
from app.web.shell.csrf import FIELD
from app.web.shell.current import REQUIRED
from tests.webnode.forms import csrf_token
from tests.webnode.people import sign_in, town

PUBLIC = {
    "account.deleted",
    "api.openapi", "api.record", "api.records", "api.search", "api.version", "api.versions",
    "compare.page", "compare.spreadsheet",
    "ended.page", "programmes.overview", "programmes.programme", "survey.overview",
    "collections.all_records",
    "embedding.badge", "embedding.card", "embedding.code", "embedding.oembed", "embedding.offer",
    "embedding.version_code",
    "federation.mirrored", "federation.oai", "federation.own_list", "federation.payload", "federation.schema",
    "federation.shared_file",
    "records.english",
    "foreign.citation", "foreign.file", "foreign.record", "foreign.version",
    "feeds.atom", "feeds.record", "feeds.search",
    "subscribing.offer", "subscribing.subscribe",
    "confirming.confirm", "confirming.look", "confirming.almost_there", "confirming.thanks",
    "following_memo.offer_memo", "following_memo.subscribe_memo",
    "subscriptions.ask", "subscriptions.change", "subscriptions.mine",
    "goal_check.answered", "goal_check.form",
    "health.healthz", "health.readyz",
    "invitations.invitation",
    "dcat.catalogue",
    "mcp.answer", "mcp.guide",
    "memo.confirm_deletion", "memo.delete", "memo.draft", "memo.edit_kept", "memo.kept", "memo.load",
    "memo.loading",
    "map.whole", "membership.guide", "network.overview", "opensearch.description",
    "pages.about", "pages.accessibility", "pages.contribute", "pages.imprint", "pages.plain_language", "pages.privacy",
    "pages.robots", "pages.search_help", "pages.security_txt",
    "permanent.citation", "permanent.difference", "permanent.file", "permanent.history", "permanent.record",
    "permanent.version",
    "places.state", "places.states",
    "products.overview",
    "records.card", "records.file", "records.kind_list", "records.links", "records.markdown", "records.record",
    "records.sheets", "records.slides", "records.variant",
    "chosen.edit", "chosen.page", "kickoff.places", "start.kickoff", "questions.ask", "questions.send",
    "search.results", "search.suggestions",
    "sign_in.choose", "sign_in.finish", "sign_in.sign_out", "sign_in.signed_out", "sign_in.start",
    "responses.renew", "responses.still_true", "sitemap.whole",
    "software.description", "software.file", "software.listed", "software.one",
    "start.browse", "start.home",
    "terms.overview", "terms.scheme", "terms.scheme_graph", "terms.term", "terms.term_graph",
    "topics.topic", "topics.topics",
}  # fmt: skip
_ENDPOINTS_OF = {
    Action.SIGNED_IN: (
        "account.account", "account.ask_deletion", "account.delete", "account.end_other_sessions",
        "account.end_session", "account.revoke_token", "curated.still_true", "notices.mark_read",
        "notices.notices", "responses.retract",
    ),
    Action.PROPOSE: (
        "account.make_token", "contribute.ask_alike", "contribute.ask_deletion", "contribute.ask_edit",
        "contribute.ask_part", "contribute.begin", "contribute.begin_alike", "contribute.begin_edit",
        "contribute.begin_from_memo",
        "contribute.choose_document", "contribute.choose_publiccode", "contribute.compare", "contribute.decide",
        "contribute.delete", "contribute.file", "contribute.place_sections", "contribute.preview",
        "contribute.preview_text", "contribute.read_document_file", "contribute.read_publiccode",
        "contribute.resume", "contribute.review_before_sending", "contribute.save_part", "contribute.save_step",
        "contribute.send", "contribute.sent", "contribute.show_step", "contribute.sort_document", "contribute.start",
        "contribute.taken_from_publiccode", "questions.answer",
        "corrections.form", "corrections.suggest",
    ),
    Action.ADMINISTER: (
        "changes.changes", "changes.spreadsheet", "invitations.invitations", "invitations.invite",
        "invitations.withdraw", "membership.admit", "membership.decline", "membership.end", "membership.invite",
        "membership.join", "membership.page", "operating.page", "people.grant", "people.people", "people.person",
        "people.release_municipality", "people.release_organisation", "people.remove_municipality",
        "people.revoke", "people.set_municipality", "people.sign_out", "protocol.protocol", "protocol.spreadsheet",
    ),
    Action.MODERATE: (
        "moderation.decide_on_node", "moderation.decide_on_record", "moderation.desk",
        "moderation.node", "moderation.pause", "moderation.record", "moderation.resume",
        "moderation.try_again",
    ),
    Action.CURATE: (
        "curated.overdue", "curated.twins", "gaps.board", "proposals.decide_small_edits", "proposals.small_edits",
    ),
    Action.WITHDRAW: ("curated.ask_withdrawal", "curated.restore", "curated.withdraw"),
    Action.CONFIRM: ("curated.confirm",),
    Action.RESPOND: ("responses.form", "responses.respond"),
    Action.DISCUSS: (
        "proposals.conflicts", "proposals.decide", "proposals.file", "proposals.proposal", "proposals.queue",
        "proposals.resolve",
    ),
}  # fmt: skip
GUARDED = {endpoint: action for action, endpoints in _ENDPOINTS_OF.items() for endpoint in endpoints}
OWN_PROOF = {
    "subscriptions.end",  # test_subscribing.py: the link, which a mail program sends by itself (RFC 8058)
    "federation.ask_to_join",  # the secret of a join link: tests/functional/federation/test_association.py
    "git.content",  # pushes bring an access token: tests/functional/git/test_push.py
    "monitor.metrics",  # a bearer token, and not there without one: tests/functional/web/test_metrics.py
    "sign_in.logged_out",  # a signed logout token: tests/oidc/test_logout_token.py
}

READS_ONLY = {
    "mcp.answer",  # asks by POST, as its protocol has it, and changes nothing
    "federation.oai",  # OAI-PMH asks by POST as well as by GET, and changes nothing
}

ROLES: dict[str, tuple[Role, ...] | None] = {
    "nobody": None, "reader": (Role(kind=RoleKind.READER),), "author": (Role(kind=RoleKind.AUTHOR),),
    "curator": (Role(kind=RoleKind.CURATOR),), "operator": (Role(kind=RoleKind.OPERATOR),),
    "town": (Role(kind=RoleKind.READER),),
}  # fmt: skip
TOWNS = {"town": town("Beispielstadt", 1)}
SAMPLES = (
    "10000000-0000-4000-8000-000000000009", "1", "a" * 43, "a.png", "fallstudien", "metadata", "worum", "abgleich",
    "a", "a" * 64, "einfach", "pdf", "png", "bib", "ttl",
)  # fmt: skip
WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in methods(rule):
            yield rule, method


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def address(app: Flask, rule: Rule) -> str:
    """Some address that leads to a route; nothing need be there."""
    values = {name: sample(converter) for name, converter in rule._converters.items()}
    built = app.url_map.bind("localhost").build(rule.endpoint, values)
    assert app.url_map.bind("localhost").match(built, method=methods(rule)[0])[0] == rule.endpoint, built
    return built


def sample(converter: BaseConverter) -> object:
    """Some value that fits a part of an address."""
    fitting = next(value for value in SAMPLES if re.fullmatch(converter.regex, value))
    return converter.to_python(fitting)


def ask(app: Flask, client: FlaskClient, rule: Rule, method: str, *, token: bool = True) -> TestResponse:
    data = {FIELD: csrf_token(client)} if token and method in WRITING else None
    return client.open(address(app, rule), method=method, data=data)


def enter(client: FlaskClient, name: str) -> Person | None:
    """Sign in as one of ROLES."""
    roles = ROLES[name]
    if roles is None:
        return None
    return sign_in(client, roles, name=f"Beispiel {name}", municipality=TOWNS.get(name))


def sends_to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 303 and answer.headers["Location"].startswith("/anmelden?weiter=")


def may_be_framed(answer: TestResponse) -> bool:
    return "frame-ancestors 'none'" not in answer.headers.get("Content-Security-Policy", "")


def test_every_route_stands_in_a_table(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    listed = GUARDED.keys() | OWN_PROOF | PUBLIC
    assert sorted(endpoints - listed) == [], f"add these routes to PUBLIC, GUARDED or OWN_PROOF in {__file__}"
    assert sorted(listed - endpoints) == [], "these routes do not exist any more"
    assert len(listed) == len(GUARDED) + len(OWN_PROOF) + len(PUBLIC), "a route stands in one table only"


def test_views_require_what_the_table_says(app: Flask) -> None:
    required = {endpoint: getattr(view, REQUIRED, None) for endpoint, view in app.view_functions.items()}
    assert {endpoint: action for endpoint, action in required.items() if action is not None} == GUARDED


@pytest.mark.parametrize("name", ROLES)
def test_guarded_routes_let_in_whom_the_table_says(app: Flask, client: FlaskClient, name: str) -> None:
    person = enter(client, name)
    for rule, method in routes(app):
        if rule.endpoint not in GUARDED:
            continue
        answer, where = ask(app, client, rule, method), (method, rule.endpoint)
        if person is None:
            assert sends_to_sign_in(answer) if method == "GET" else answer.status_code == 403, where
        else:
            assert (answer.status_code != 403) is may(person, GUARDED[rule.endpoint]), where
            assert not sends_to_sign_in(answer), where
        assert answer.headers["Cache-Control"] == "private, no-store", where
        assert not may_be_framed(answer), where
        if method in WRITING:
            # What was sent may have ended the session.
            person = enter(client, name)


def test_other_routes_are_the_same_for_everybody(app: Flask, client: FlaskClient) -> None:
    others = {name: app.test_client() for name in ("reader", "operator")}
    for name, other in others.items():
        enter(other, name)
    for rule, method in routes(app):
        if rule.endpoint in GUARDED:
            continue
        nobody, where = ask(app, client, rule, method), (method, rule.endpoint)
        assert nobody.status_code not in {401, 403}, where
        assert not sends_to_sign_in(nobody), where
        assert may_be_framed(nobody) is (rule.endpoint == "embedding.card"), where
        for name, other in others.items():
            answer = ask(app, other, rule, method)
            assert (answer.status_code, answer.location) == (nobody.status_code, nobody.location), (name, where)
            if method in WRITING:
                enter(other, name)


def test_permission_is_asked_for_at_each_request(app: Flask, client: FlaskClient) -> None:
    sign_in(client, (RoleKind.OPERATOR,), name="Beispiel wechselnd")
    assert client.get("/verwaltung/personen").status_code == 200
    other = app.test_client()
    sign_in(other, (RoleKind.READER,), name="Beispiel wechselnd")
    assert client.get("/verwaltung/personen").status_code == 403


def test_every_sent_form_needs_its_token(app: Flask, client: FlaskClient) -> None:
    person: Person = sign_in(client, [Role(kind=kind) for kind in RoleKind], name="Beispiel alles")
    assert person.roles
    unchecked = sorted(
        f"{method} {rule.endpoint}"
        for rule, method in routes(app)
        if method in WRITING and ask(app, client, rule, method, token=False).status_code != 400
    )
    assert [each for each in unchecked if each.partition(" ")[2] not in OWN_PROOF | READS_ONLY] == []
