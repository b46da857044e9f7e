"""A person's own account: stored data, sessions, keys for git, and deletion."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.identity import Action, may
from app.identity.accounts import PROVIDER_COUNTS_FOR
from app.identity.errors import AccessTokenInvalid, LastOperator, TooManyAccessTokens
from app.identity.tokens import NewAccessToken
from app.privacy.erasure import ErasureReason
from app.web.identity.words import add_filters, whom_to_ask
from app.web.shell.access import services
from app.web.shell.current import current_session, requires, signed_in
from app.web.shell.wording import _, error_words

blueprint = Blueprint("account", __name__)
add_filters(blueprint)

TOKEN_DAYS = (30, 90, 180, 365)


@blueprint.get("/konto")
@requires(Action.SIGNED_IN)
def account() -> str:
    """Show a person the data stored about them."""
    return _page()


@blueprint.post("/konto/sitzungen/<session_id>/beenden")
@requires(Action.SIGNED_IN)
def end_session(session_id: str) -> Response:
    """Sign out of another browser."""
    services().identity.sessions.end(signed_in().id, session_id)
    return redirect(url_for("account.account") + "#sitzungen", 303)


@blueprint.post("/konto/sitzungen/beenden")
@requires(Action.SIGNED_IN)
def end_other_sessions() -> Response:
    """Sign out of all other browsers."""
    current = current_session()
    services().identity.sessions.end_all(signed_in().id, but=current.id if current else None)
    return redirect(url_for("account.account") + "#sitzungen", 303)


@blueprint.post("/konto/schluessel")
@requires(Action.PROPOSE)
def make_token() -> str | tuple[str, int]:
    """Create an access token and show it once, in this response: a redirect would have to store it."""
    try:
        days = request.form.get("tage", "")
        lasting = int(days) if days in map(str, TOKEN_DAYS) else 0
        made = services().identity.tokens.make(signed_in().id, request.form.get("name", ""), lasting)
    except (AccessTokenInvalid, TooManyAccessTokens) as error:
        return _page(error=error_words(error)), 422
    return _page(made=made)


@blueprint.post("/konto/schluessel/<token_id>/loeschen")
@requires(Action.SIGNED_IN)
def revoke_token(token_id: str) -> Response:
    """Revoke an access token."""
    services().identity.tokens.revoke(signed_in().id, token_id)
    return redirect(url_for("account.account") + "#schluessel", 303)


@blueprint.get("/konto/loeschen")
@requires(Action.SIGNED_IN)
def ask_deletion() -> str:
    """Explain what deletion does before it is done."""
    return render_template("identity/account_delete.html", person=signed_in(), last_operator=False)


@blueprint.post("/konto/loeschen")
@requires(Action.SIGNED_IN)
def delete() -> Response | tuple[str, int]:
    """Delete the account of the person who asks for it."""
    person = signed_in()
    try:
        services().privacy.erasure.forget(person.id, ErasureReason.OWN, actor=person.id)
    except LastOperator:
        return render_template("identity/account_delete.html", person=person, last_operator=True), 409
    session.clear()
    return redirect(url_for("account.deleted"), 303)


@blueprint.get("/konto/geloescht")
def deleted() -> str:
    """Confirm that the account has been deleted."""
    return render_template("identity/account_deleted.html")


def _page(made: NewAccessToken | None = None, error: str = "") -> str:
    person, identity, current = signed_in(), services().identity, current_session()
    return render_template(
        "identity/account.html",
        person=person,
        email=identity.people.address(person.id),
        whom=whom_to_ask(person),
        grants=identity.grants.of(person.id),
        sessions=identity.sessions.of(person.id),
        here=current.id if current else "",
        tokens=identity.tokens.of(person.id),
        provider_days=PROVIDER_COUNTS_FOR.days,
        now=services().clock(),
        made=made,
        token_error=error,
        may_propose=may(person, Action.PROPOSE),
        token_name=request.form.get("name", "") if error else "",
        token_days=[(str(days), _("%(days)s days", days=days)) for days in TOKEN_DAYS],
    )
