"""Pages about the site itself, filled with what the operator has entered in the settings."""

from datetime import timedelta

from flask import Blueprint, Response, render_template, url_for

from app.privacy.retention import PERIODS
from app.review.confirmations import HOURS
from app.review.questions import KIND as QUESTION
from app.search.document import HERE, ORIGIN, WORDINGS
from app.search.query import SearchResult, Sort
from app.shared.errors import Unavailable
from app.web.contributing.draft_editor import entries_asked
from app.web.records.page import VARIANTS
from app.web.search.question import find, request_page
from app.web.shell.access import services
from app.web.shell.paging import pager
from app.web.shell.routing import known_address
from app.web.shell.searched import entries_of
from app.web.shell.site import mail_link, report_barrier
from app.web.shell.wording import _

PLAIN_GERMAN = "de-simple"
TEXTS = 100

blueprint = Blueprint("pages", __name__)
_GOOD_FOR = timedelta(days=180)


@blueprint.get("/ueber")
def about() -> str:
    """Say what this site is, who runs it, and where its records come from."""
    return render_template("pages/about.html", operator=services().settings)


@blueprint.get("/einfache-sprache")
def plain_language() -> str:
    """Explain the site in plain German and list the own records that have such a version."""
    page, here = request_page(), {WORDINGS: PLAIN_GERMAN, ORIGIN: HERE}
    try:
        found = find(page=page, size=TEXTS, sort=Sort.TITLE, **here)
    except Unavailable:
        # The explanation is useful without the list, and the page says that the list is missing.
        found = SearchResult(total=0, hits=(), facets=())
    catalogue = services().catalogue
    readable = filter(None, map(catalogue.readable, catalogue.in_turn(entries_of(found.hits))))
    texts = [(record, text) for record in readable for text in record.translations if text.lang == PLAIN_GERMAN]
    texts.sort(key=lambda one: one[1].title.casefold())
    return render_template(
        "pages/plain_language.html",
        operator=services().settings,
        texts=texts,
        ending=VARIANTS[PLAIN_GERMAN],
        pager=pager(page, found.total, TEXTS, lambda number: url_for("pages.plain_language", seite=number)),
    )


@blueprint.get("/mitmachen")
def contribute() -> str:
    """Say how to contribute an experience."""
    operator = services().settings
    subject = _("An experience from our municipality")
    questions = _(
        "What did you set out to do?\n\nWhat did you do, and when?\n\nWhat came of it, and which figures show it?\n\n"
        "What should the next municipality know?\n\nWhere can one read about it?\n"
    )
    return render_template(
        "pages/contribute.html",
        operator=operator,
        mail=mail_link(operator.operator_email, subject, questions),
        asked=entries_asked(),
        questions=known_address("records.kind_list", QUESTION),
    )


@blueprint.get("/suche/hilfe")
def search_help() -> str:
    """Explain the search."""
    return render_template("pages/search_help.html")


@blueprint.get("/impressum")
def imprint() -> str:
    """Name who runs the site (§ 5 DDG, § 18 MStV)."""
    return render_template("pages/imprint.html", operator=services().settings)


@blueprint.get("/datenschutz")
def privacy() -> str:
    """Say which personal data the site handles (Art. 13 GDPR)."""
    node = services()
    return render_template(
        "pages/privacy.html",
        operator=node.settings,
        hours=HOURS,
        periods=PERIODS,
        guests_ask=node.review.confirmations.is_offered,
    )


@blueprint.get("/barrierefreiheit")
def accessibility() -> str:
    """Show the accessibility statement with feedback and enforcement (§ 12b BGG, BITV 2.0)."""
    return render_template(
        "pages/accessibility.html", operator=services().settings, report=report_barrier(services().settings)
    )


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Let robots read everything except searches, comparisons and other forms of the same pages."""
    lines = (
        "User-agent: *",
        "Disallow: /suche?",
        "Disallow: /en/suche?",
        "Disallow: /anmelden",
        "Disallow: /en/anmelden",
        "Disallow: /*/vergleich",
        # Other forms of pages that robots read as HTML.
        "Disallow: /*.pdf$",
        "Disallow: /*.docx$",
        "Disallow: /*/zitat.",
        # Without parameters, these pages themselves say that they must not be listed.
        "Disallow: /*vermerk?",
        "Disallow: /*zielpruefung?",
        # Every record can be put aside on every page, so each selection gives every page another address.
        "Disallow: /*gemerkt=",
        "Disallow: /*abgelehnt=",
        f"Sitemap: {services().settings.issuer}/sitemap.xml",
        "",
    )
    return Response("\n".join(lines), mimetype="text/plain")


@blueprint.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Say where to report vulnerabilities (RFC 9116)."""
    node = services()
    settings = node.settings
    contact = f"mailto:{settings.operator_email}" if settings.operator_email else f"{settings.issuer}/impressum"
    lines = (
        f"Contact: {contact}",
        f"Expires: {node.clock() + _GOOD_FOR:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: de, en",
        f"Canonical: {settings.issuer}/.well-known/security.txt",
        "",
    )
    return Response("\n".join(lines), mimetype="text/plain")
