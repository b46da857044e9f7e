"""Wires proposals, review, pushes and the mirror on a forge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from app.catalogue import CatalogueService
from app.federation.harvest.origins import bound, strangers
from app.following.people import Everybody
from app.identity import NamedPlace
from app.identity.service import IdentityService
from app.kickoff.places.index import PlaceLookup
from app.records.schema import SchemaError, SchemaSet
from app.records.sharing.forge import Forge
from app.review.by_git.mirror import MirrorService
from app.review.by_git.push import PushService
from app.review.confirmations import Confirmations
from app.review.context import Hourly, ReviewContext
from app.review.models import ABOUT_RECORDS, Notice, NoticeKind
from app.review.notices.mail import MailSender, SmtpMail, SmtpServer
from app.review.notices.webhooks import Webhooks
from app.review.publisher import FollowUp
from app.review.responses.response import GlobalName
from app.review.service import ReviewService, open_review
from app.search.service import SearchService
from app.shared.clock import Clock
from app.shared.config import Settings, SettingsInvalid
from app.shared.config.load import SettingProblem, read_secret_file
from app.wiring.foundation import Foundation
from app.wiring.people import wire_letters


def wire_review(
    base: Foundation,
    catalogue: CatalogueService,
    identity: IdentityService,
    global_name: GlobalName,
    places: PlaceLookup,
    follow_ups: Sequence[tuple[str, FollowUp]],
    search: SearchService,
    webhooks: Webhooks,
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
        people=people,
        clock=base.clock,
        global_name=global_name,
        has_namesakes=places.has_namesakes,
        strangers=partial(strangers, base.sessions),
        bound=partial(bound, base.sessions),
        place=partial(_place, places),
        after_step=base.after_step,
        hourly=Hourly(proposals=base.settings.proposals_per_hour, comments=base.settings.comments_per_hour),
    )
    mail = MailSender(
        base.sessions,
        base.clock,
        people,
        open_mail(base.settings, base.clock),
        site=base.settings.name,
        address=_address(base.settings.issuer, base.schemas, base.confirmations),
        letters=wire_letters(base, catalogue, search.facet_keys),
        webhooks=webhooks,
    )
    return open_review(context, base.confirmations, mail, search.search, follow_ups)


def _place(places: PlaceLookup, key: str) -> NamedPlace | None:
    found = places.get(key)
    return NamedPlace(name=found.name, state=found.state) if found else None


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
    def address(notice: Notice) -> str:
        if notice.kind is NoticeKind.CONFIRM_ADDRESS:
            return f"{issuer}{confirmations.link(notice.person)}"
        if notice.kind is NoticeKind.ACCOUNT_UNUSED:
            return f"{issuer}/konto"
        if "href" in notice.params:
            return notice.params["href"]
        if notice.kind in ABOUT_RECORDS:
            return f"{issuer}/{_route(schemas, notice.params.get('kind', ''))}/{notice.params.get('slug', '')}"
        return f"{issuer}/vorschlaege/{notice.proposal_id}"

    return address


def _route(schemas: SchemaSet, kind: str) -> str:
    try:
        return schemas.kind(kind).route
    except SchemaError:
        return kind


def wire_pushes(base: Foundation, review: ReviewService) -> PushService:
    """Return the service that receives proposals by git push."""
    address = f"{base.settings.issuer}/vorschlaege/{{}}".format
    return PushService(base.public_copy, review.proposals, base.schemas, base.documents, address)


def wire_mirror(base: Foundation, review: ReviewService, catalogue: CatalogueService) -> MirrorService:
    """Return the mirror on the forge that the settings name; raises SettingsInvalid."""
    credentials = read_secret_file(base.settings.mirror_credentials_file, "NODE_MIRROR_CREDENTIALS_FILE")
    forge = Forge(base.public_copy, base.settings.mirror_url, credentials)
    return MirrorService(forge, review.proposals, catalogue, base.schemas, base.documents)
