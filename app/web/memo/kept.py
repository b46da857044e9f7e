"""A memo under a link, only because somebody asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import request, url_for

from app.kickoff.memo.memo import MemoInvalid, MemoNotFound, MemoStoreFull, ReuseMemo
from app.kickoff.memo.service import KeptMemo
from app.web.memo.notices import MemoNotice, refused
from app.web.shell.access import services
from app.web.shell.formats import moment
from app.web.shell.language import current_language
from app.web.shell.rate_limit import client_address, guarded
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUnder:
    """The link under which a memo is kept: its address as it can be passed on, and the times (UTC)."""

    token: str
    address: str
    saved_at: datetime
    expires_at: datetime

    @property
    def state(self) -> str:
        """What tells one saved state from the next."""
        return self.saved_at.isoformat()


KIND = "memo"
"""Of links that somebody could guess."""


def load(token: str) -> KeptMemo:
    """Return the memo under a link; raises MemoNotFound, and TooManyRequests where links are being guessed."""
    with guarded(KIND, token, MemoNotFound):
        return services().memos.load(token)


def delete(token: str) -> None:
    """Forget the memo under a link; raises the same."""
    with guarded(KIND, token, MemoNotFound):
        services().memos.delete(token)


def kept_under(token: str, found: KeptMemo) -> KeptUnder:
    """Return the link of a kept memo."""
    settings, path = services().settings, url_for("memo.kept", token=token)
    prefix = "" if current_language() == "de" else f"/{current_language()}"
    address = f"{settings.issuer}{prefix}{path.removeprefix(request.root_path)}"
    return KeptUnder(token=token, address=address, saved_at=found.saved_at, expires_at=found.expires_at)


def still_kept(token: str) -> KeptUnder | None:
    """Return the link if the memo is still there."""
    try:
        return kept_under(token, load(token))
    except MemoNotFound:
        return None


def keep(memo: ReuseMemo, kept: KeptUnder | None, state: str) -> str | MemoNotice:
    """Keep the memo, under its link if it has one, and return the token, or say why not.

    `state` is the saved state that the asker began with: nobody overwrites unseen what somebody else saved since.
    """
    memos = services().memos
    try:
        if kept is None:
            return memos.save(memo, client_address()).token
        if state != kept.state:
            return _saved_since(kept)
        return memos.save_again(kept.token, memo, client_address()).token
    except MemoStoreFull:
        text = _(
            "No more memos are kept here for now, from your network address or in all. "
            "Please download yours; it can be loaded again."
        )
        return MemoNotice(title=_("The memo cannot be saved here"), text=text)
    except MemoInvalid as error:
        return refused(error)


def _saved_since(kept: KeptUnder) -> MemoNotice:
    text = _(
        "Another text was saved under this link on %(at)s. Open the link in a second window to see it. "
        "If you save once more, yours takes its place.",
        at=moment(kept.saved_at),
    )
    return MemoNotice(title=_("Somebody else saved this memo in the meantime"), text=text)
