"""The frame of every page: name, menu, footer, language switch, and hints for the operator."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urlencode

from flask import Flask, current_app, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from app.identity import Action, may
from app.shared.config import Settings
from app.web.shell.access import services
from app.web.shell.current import current_person, sign_in_address
from app.web.shell.language import Language, address_in, current_language, lang_of
from app.web.shell.routing import known_address
from app.web.shell.shown import Link, named, spoken, titled
from app.web.shell.wording import _, label

LANGUAGES: dict[Language, str] = {"de": "Deutsch", "en": "English"}
_SECRET = {"k", "einladung", "weiter"}
"""Parameters that are, or may contain, the secret of an invitation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMenu:
    """Account links in the header: `sign_in` is empty if signing in is impossible, `name` if nobody is signed in.

    `operates` says whether hints for the operator are meant for this reader.
    """

    sign_in: str = ""
    name: str = ""
    links: tuple[Link, ...] = ()
    sign_out: str = ""
    unread: int = 0
    operates: bool = False


KIND_ORDER = {"case-study": 0, "solution": 1, "concept": 2, "organisation": 3}
"""Order of the kinds in lists: practical experience comes first."""


class Site:
    """The frame of the current page."""

    def __init__(self) -> None:
        self.settings = services().settings
        self.name = self.settings.name
        self.operator = self.settings.operator_name
        self.home = known_address("start.home")

    @cached_property
    def account(self) -> AccountMenu:
        """What the signed-in reader may do, or where to sign in."""
        try:
            person = current_person()
            unread = services().review.notices.unread_count(person.id) if person else 0
        except SQLAlchemyError:
            # The error page for this must not fail for the same reason.
            return AccountMenu()
        if person is None:
            offered = len(services().identity.providers) > 0
            return AccountMenu(sign_in=sign_in_address() if offered else "")
        return AccountMenu(
            name=person.display_name or _("Signed in"),
            links=tuple(
                Link(label=label, href=url_for(endpoint))
                for action, label, endpoint in account_pages()
                if may(person, action)
            ),
            sign_out=url_for("sign_in.sign_out"),
            unread=unread,
            operates=may(person, Action.ADMINISTER),
        )

    @property
    def takes_questions(self) -> bool:
        """Return whether this reader can ask a question, with an account or by e-mail."""
        return bool(self.account.name or self.account.sign_in) or services().review.confirmations.is_offered

    @property
    def clone(self) -> str:
        """Return the address that git clones the texts from."""
        return f"{self.settings.issuer}/content.git"

    @property
    def other(self) -> Link:
        """The current page in the other language."""
        other: Language = "en" if current_language() == "de" else "de"
        return Link(label=LANGUAGES[other], href=address_in(other), lang=other)

    @property
    def alternatives(self) -> tuple[Link, ...]:
        """The current page in all languages; error pages have no address."""
        if request.endpoint is None:
            return ()
        return tuple(
            Link(label=label, href=absolute(self.settings, lang), lang=lang) for lang, label in LANGUAGES.items()
        )

    @cached_property
    def menu(self) -> tuple[Link, ...]:
        """The main menu but for the reader's selection."""
        entries = (
            (_("Search"), known_address("search.results")),
            (_("Browse"), known_address("start.browse")),
            (_("Take part"), known_address("pages.contribute")),
        )
        path = request.root_path + request.path
        return tuple(
            Link(label=label, href=href, current=path == href or path.startswith(f"{href}/")) for label, href in entries
        )

    @property
    def footer(self) -> tuple[Link, ...]:
        """The links at the bottom of each page."""
        entries = [
            (_("About this site"), known_address("pages.about")),
            (_("Plain German"), known_address("pages.plain_language")),
            (_("Imprint"), known_address("pages.imprint")),
            (_("Privacy"), known_address("pages.privacy")),
            (_("Accessibility"), known_address("pages.accessibility")),
        ]
        barrier = report_barrier(self.settings)
        if barrier:
            entries.append((_("Report a barrier"), barrier))
        return tuple(Link(label=label, href=href) for label, href in entries)

    @property
    def hints(self) -> tuple[str, ...]:
        """What the operator still has to configure; nobody else is told."""
        hints: list[str] = []
        if not self.account.operates:
            return ()
        if not current_app.jinja_env.globals["has_kern"]:
            hints.append(
                _(
                    "For the operator: the KERN style sheet is missing, the site shows a plain one."
                    " “make setup” adds KERN."
                )
            )
        if not (self.settings.operator_name and self.settings.operator_address and self.settings.operator_email):
            hints.append(
                _("For the operator: name, address and e-mail address of this site are missing in its settings.")
            )
        return tuple(hints)


def register(app: Flask) -> None:
    """Give every template of `app` the frame as `site`."""
    app.jinja_env.globals.update(current_language=current_language, lang_of=lang_of, label=label)
    app.add_template_filter(titled)
    app.add_template_filter(named)
    app.add_template_filter(spoken)
    app.context_processor(lambda: {"site": Site()})


def absolute(settings: Settings, language: Language) -> str:
    """Return the full public address of the current page in a language."""
    prefix = "" if language == "de" else f"/{language}"
    query = request.query_string.decode("utf-8", "replace")
    return f"{settings.issuer}{prefix}{quote(request.path)}" + (f"?{query}" if query else "")


def mail_link(address: str, subject: str, body: str) -> str:
    """Return a link that opens an e-mail with subject and text filled in; "" if `address` is empty."""
    return mail_to(address, subject, body) if address else ""


def mail_to(address: str, subject: str, body: str) -> str:
    """Return a link like `mail_link`; if `address` is empty, the reader enters one."""
    return f"mailto:{quote(address, safe='@')}?{urlencode({'subject': subject, 'body': body}, quote_via=quote)}"


def _without_secret(settings: Settings, address: str) -> str:
    """Return an address without secrets, for use in an e-mail: links to memos and invitations grant access.

    The reader would not notice sending them, even if the secret is only in the parameter for the next page.
    """
    if request.blueprint == "memo":
        return f"{settings.issuer}/vermerk"
    if request.blueprint == "confirming":
        return f"{settings.issuer}/bestaetigen"
    if request.blueprint in {"following_memo", "subscriptions"}:
        return f"{settings.issuer}/abonnieren"
    return address.partition("?")[0] if _SECRET & request.args.keys() else address


def report_barrier(settings: Settings) -> str:
    """Return the link for reporting a barrier on the current page."""
    address = settings.accessibility_email or settings.operator_email
    page = _without_secret(settings, absolute(settings, current_language()))
    return mail_link(address, _("Barrier on %(site)s", site=settings.name), _("Page: %(page)s", page=page))


def account_pages() -> tuple[tuple[Action, str, str], ...]:
    """Return (required action, label, endpoint) for all pages of signed-in people, in the order of the menu."""
    return (
        (Action.PROPOSE, _("Contribute"), "contribute.start"),
        (Action.PROPOSE, _("Proposals"), "proposals.queue"),
        (Action.SIGNED_IN, _("Notices"), "notices.notices"),
        (Action.CURATE, _("Overdue records"), "curated.overdue"),
        (Action.CURATE, _("Told twice"), "curated.twins"),
        (Action.CURATE, _("Gaps"), "gaps.board"),
        (Action.SIGNED_IN, _("My account"), "account.account"),
        (Action.MODERATE, _("Network: what others send"), "moderation.desk"),
        (Action.ADMINISTER, _("Members and associations"), "membership.page"),
        (Action.ADMINISTER, _("People and roles"), "people.people"),
        (Action.ADMINISTER, _("Log of the editors"), "protocol.protocol"),
        (Action.ADMINISTER, _("How this site is running"), "operating.page"),
    )
