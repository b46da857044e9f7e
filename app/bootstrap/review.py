# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wires proposals and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.clock import Clock
from app.config import Settings, SettingsInvalid
from app.config.errors import SettingProblem
from app.config.secret_file import read_secret_file
from app.content.schema import SchemaError, SchemaSet
from app.identity.people import People
from app.review.desk import AfterStep
from app.review.mail.smtp import SmtpMail, SmtpServer
from app.review.model.notice import ABOUT_RECORDS, Notice
from app.review.opening import Stores, Surroundings, open_review
from app.review.people import AccountPeople
from app.review.publishing.press import FollowUp
from app.review.responses.targets import GlobalName
from app.review.service import ReviewService


def wire_review(
    settings: Settings,
    stores: Stores,
    people: People,
    global_name: GlobalName,
    follow_ups: Sequence[tuple[str, FollowUp]],
    clock: Clock,
    after_step: AfterStep,
) -> ReviewService:
    """Return review on these stores; `follow_ups` come after each publication. Raises SettingsInvalid."""
    around = Surroundings(
        people=AccountPeople(people),
        mail=_mail(settings, clock),
        site=settings.name,
        address=_address(settings.issuer, stores.schemas),
        global_name=global_name,
        follow_ups=follow_ups,
        after_step=after_step,
    )
    return open_review(stores, around, clock)


def _mail(settings: Settings, clock: Clock) -> SmtpMail | None:
    if not settings.smtp_host:
        return None
    sender = settings.smtp_from or settings.operator_email
    if "@" not in sender:
        raise SettingsInvalid((SettingProblem(variable="NODE_SMTP_FROM", reason="must be an address to send from"),))
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


def _address(issuer: str, schemas: SchemaSet) -> Callable[[Notice], str]:
    def address(notice: Notice) -> str:
        if notice.kind in ABOUT_RECORDS:
            return f"{issuer}/{_route(schemas, notice.params.get('kind', ''))}/{notice.params.get('slug', '')}"
        return f"{issuer}/vorschlaege/{notice.proposal_id}"

    return address


def _route(schemas: SchemaSet, kind: str) -> str:
    try:
        return schemas.kind(kind).route
    except SchemaError:
        return kind
