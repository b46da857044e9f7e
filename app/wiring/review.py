"""Wires proposals, review, pushes and the mirror on a forge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from app.catalogue import CatalogueService
from app.federation.harvest.origins import bound, strangers
from app.following.service import FollowerStore, is_follower
from app.identity import Action, NamedPlace, RoleKind, Subject, may
from app.identity.errors import PersonNotFound
from app.identity.people import People as Accounts
from app.identity.service import IdentityService
from app.kickoff.places.index import PlaceLookup
from app.kickoff.places.table import PART, UNKNOWN
from app.records.five_lines import FiveLinesReader
from app.records.schema import SchemaSet
from app.records.sharing.forge import Forge
from app.review.by_git.answers import BranchAnswers, commenting
from app.review.by_git.mirror import MirrorService
from app.review.by_git.push import PushService
from app.review.confirmations import Confirmations, is_guest
from app.review.context import Hourly, ReviewContext
from app.review.models import ABOUT_RECORDS, Notice, NoticeKind
from app.review.notices.mail import MailSender, SmtpMail, SmtpServer
from app.review.notices.webhooks import Webhooks
from app.review.people import Recipient
from app.review.publisher import FollowUp
from app.review.responses.response import GlobalName
from app.review.responses.still_true import OfficeLetters
from app.review.service import ReviewService, open_review
from app.search.service import SearchService
from app.shared.clock import Clock
from app.shared.config import Settings, SettingsInvalid
from app.shared.config.load import SettingProblem, read_secret_file
from app.wiring.foundation import Foundation
from app.wiring.people import wire_letters


class Everybody:
    """Looks up accounts, and the addresses of guests and subscribers."""

    def __init__(
        self,
        accounts: Accounts,
        same_as: Callable[[Iterable[str]], frozenset[str]],
        confirmations: Confirmations,
        followers: FollowerStore,
    ) -> None:
        self.same_as = same_as
        self._accounts = accounts
        self._confirmations = confirmations
        self._followers = followers

    def curators(self, *on: Subject) -> Iterable[str]:
        everybody = self._accounts.with_role(RoleKind.CURATOR)
        return [person.id for person in everybody if all(may(person, Action.CURATE, one) for one in on)]

    def may(self, person_id: str, action: Action, on: Subject) -> bool:
        try:
            return may(self._accounts.get(person_id), action, on)
        except PersonNotFound:
            return False

    def recipient(self, person_id: str) -> Recipient | None:
        if is_follower(person_id):
            return self._followers.recipient(person_id)
        if is_guest(person_id):
            return self._confirmations.recipient(person_id)
        address = self._accounts.address(person_id)
        return Recipient(address=address) if address else None

    def reached(self, person_id: str) -> None:
        if is_guest(person_id):
            self._confirmations.reached(person_id)

    def refused(self, person_id: str) -> None:
        # The address of an account stays: notices appear on the site too, and later messages are tried once each.
        if is_follower(person_id):
            self._followers.refused(person_id)

    def id_of(self, pseudonym: str) -> str | None:
        person = self._accounts.by_pseudonyms([pseudonym]).get(pseudonym)
        return person.id if person else None


def wire_review(  # noqa: PLR0913, PLR0917 - all that review needs of other parts, each once
    base: Foundation,
    catalogue: CatalogueService,
    identity: IdentityService,
    global_name: GlobalName,
    places: PlaceLookup,
    follow_ups: Sequence[tuple[str, FollowUp]],
    search: SearchService,
    webhooks: Webhooks,
    lines: FiveLinesReader,
) -> ReviewService:
    """Wire the review; `follow_ups` run after each publication. Raises SettingsInvalid."""
    people = Everybody(identity.people, identity.traces.same_as, base.confirmations, base.followers)
    context = ReviewContext(
        repository=base.repository,
        content=base.content,
        catalogue=catalogue,
        sessions=base.sessions,
        schemas=base.schemas,
        vocabularies=base.vocabularies,
        reread_vocabularies=base.vocabularies.renew,
        people=people,
        clock=base.clock,
        global_name=global_name,
        has_namesakes=places.has_namesakes,
        strangers=partial(strangers, base.sessions),
        bound=partial(bound, base.sessions),
        place=partial(_place, places),
        within_reach=places.within_reach,
        after_step=base.after_step,
        hourly=Hourly(proposals=base.settings.proposals_per_hour, comments=base.settings.comments_per_hour),
    )
    site, issuer = base.settings.name, base.settings.issuer
    offices = OfficeLetters(catalogue, base.schemas, lines, base.confirmations.link, site, issuer)
    mail = MailSender(
        base.sessions,
        base.clock,
        people,
        open_mail(base.settings, base.clock),
        site=base.settings.name,
        address=_address(base.settings.issuer, base.schemas, base.confirmations),
        letters={**wire_letters(base, catalogue, search.facet_keys), NoticeKind.STILL_TRUE: offices.write},
        webhooks=webhooks,
    )
    return open_review(context, base.confirmations, mail, search.search, follow_ups)


def _place(places: PlaceLookup, key: str) -> NamedPlace | None:
    found = places.get(key)
    kind = found.kind if found and found.kind not in (UNKNOWN, PART) else ""
    return NamedPlace(name=found.name, state=found.state, kind=kind) if found else None


def open_mail(settings: Settings, clock: Clock) -> SmtpMail | None:
    """Return the client of the operator's mail server, None if none is set; raises SettingsInvalid."""
    if not settings.smtp_host:
        return None
    sender = settings.smtp_from or settings.operator_email
    if "@" not in sender:
        raise SettingsInvalid((SettingProblem(variable="NODE_SMTP_FROM", reason="must be an address to send from"),))
    if settings.smtp_user and settings.smtp_password_file is None:
        reason = "must name the file with the password of NODE_SMTP_USER"
        raise SettingsInvalid((SettingProblem(variable="NODE_SMTP_PASSWORD_FILE", reason=reason),))
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        sender=sender,
        sender_name=settings.name,
        user=settings.smtp_user,
        password=read_secret_file(settings.smtp_password_file, "NODE_SMTP_PASSWORD_FILE"),
    )
    return SmtpMail(server, clock)


def _address(issuer: str, schemas: SchemaSet, confirmations: Confirmations) -> Callable[[Notice], str]:
    routes = {kind.name: kind.route for kind in schemas.kinds}

    def address(notice: Notice) -> str:
        if notice.kind is NoticeKind.CONFIRM_ADDRESS:
            return f"{issuer}{confirmations.link(notice.person)}"
        if notice.kind is NoticeKind.ACCOUNT_UNUSED:
            return f"{issuer}/konto"
        if notice.kind is NoticeKind.PLAN_ENDS:
            # The secret stands in the message alone, not in the notice.
            slug, until = notice.params["slug"], notice.params["day"]
            return f"{issuer}/vorhaben/{slug}/{confirmations.renewal(slug, until, notice.person)}"
        if "href" in notice.params:
            return notice.params["href"]
        if notice.kind in ABOUT_RECORDS:
            kind = notice.params.get("kind", "")
            return f"{issuer}/{routes.get(kind, kind)}/{notice.params.get('slug', '')}"
        return f"{issuer}/vorschlaege/{notice.proposal_id}"

    return address


def wire_pushes(base: Foundation, review: ReviewService) -> PushService:
    """Return the service that receives proposals by git push."""
    address = f"{base.settings.issuer}/vorschlaege/{{}}".format
    return PushService(base.public_copy, review.proposals, review.terms, base.schemas, base.documents, address)


def wire_mirror(base: Foundation, review: ReviewService, catalogue: CatalogueService) -> MirrorService:
    """Return the mirror on the forge that the settings name; raises SettingsInvalid."""
    credentials = read_secret_file(base.settings.mirror_credentials_file, "NODE_MIRROR_CREDENTIALS_FILE")
    forge = Forge(base.public_copy, base.settings.mirror_url, credentials)
    software, address = base.settings.mirror_answers, base.settings.mirror_url
    post = commenting(software, address, credentials.partition(":")[2]) if software else None
    answers = BranchAnswers(base.public_copy.clone.git_dir.with_name("forge.answers"), post)
    return MirrorService(forge, review.proposals, catalogue, base.schemas, base.documents, answers)
