"""The page for somebody who is signed in and may not do something: which role that takes, and who gives it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response, make_response, render_template, url_for

from app.identity import Action, may
from app.identity.errors import NotAllowed
from app.shared.wording import N_
from app.web.shell.access import services
from app.web.shell.current import current_person
from app.web.shell.errors import respond, wants_page
from app.web.shell.sent_fields import long_texts
from app.web.shell.shown import Link
from app.web.shell.site import mail_link
from app.web.shell.wording import _

_EDITORS = N_("This is for the editors. Your account does not have the role “Curator” for it.")
_NEEDED: Mapping[str, str] = {
    Action.PROPOSE: N_(
        "Writing records and asking questions takes the role “Author”, which your account does not have."
    ),
    Action.DISCUSS: N_("A proposal is seen by those who wrote it and by the editors."),
    Action.REVIEW: _EDITORS,
    Action.PUBLISH: _EDITORS,
    Action.WITHDRAW: _EDITORS,
    Action.CURATE: _EDITORS,
    Action.MODERATE: N_("This is for editors who look after the whole site."),
    Action.RESPOND: N_("Only somebody who speaks for a municipality can do this, and your account speaks for none."),
    Action.CONFIRM: N_("Only somebody who speaks for the municipality in question can do this."),
    Action.ADMINISTER: N_("This is for those who run the site. Your account does not have the role “Operator”."),
}


def register(app: Flask) -> None:
    """Answer those who are signed in and may not do something."""
    app.register_error_handler(NotAllowed, _explain)


def _explain(error: NotAllowed) -> Response:
    person, why = current_person(), _NEEDED.get(error.action)
    if person is None or why is None or not wants_page():
        return respond(HTTPStatus.FORBIDDEN)
    settings = services().settings
    grants = may(person, Action.ADMINISTER)
    mail = mail_link(settings.operator_email, _("My role on %(site)s", site=settings.name), "")
    page = render_template(
        "shell/not_allowed.html",
        why=_(why),
        person=person.display_name,
        grants=Link(label=_("People and roles"), href=url_for("people.people")) if grants else None,
        operator=settings.operator_name,
        address=settings.operator_email,
        mail=mail,
        status=HTTPStatus.FORBIDDEN,
        typed=long_texts(),
    )
    return make_response(page, HTTPStatus.FORBIDDEN)
