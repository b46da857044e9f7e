"""What a node does by itself and how it went, in words for operators."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.web.identity.oidc.errors import SignInReason
from app.web.shell.wording import _

_DUTIES: Mapping[str, Callable[[], str]] = {
    "derivation": lambda: _("Compute what the search by meaning and similar records rest on"),
    "erasure": lambda: _("Finish erasures"),
    "forge": lambda: _("Visit the mirror on the forge"),
    "maintenance": lambda: _("Pack the repository, tidy up, check the database"),
    "retention": lambda: _("Delete what is stored of people once its time is over"),
    "following": lambda: _("Look what is new for those who subscribed to changes"),
    "reminders": lambda: _("Remind of overdue records"),
}
_PARTS: Mapping[str, Callable[[], str]] = {
    "content": lambda: _("texts and search"),
    "rounds": lambda: _("duties and messages"),
    "queues": lambda: _("what waits"),
    "storage": lambda: _("disk and data"),
    "versions": lambda: _("versions"),
    "partners": lambda: _("partners"),
    "results": lambda: _("last results"),
}
_REASONS: Mapping[str, Callable[[], str]] = {
    SignInReason.UNREACHABLE: lambda: _("it does not answer"),
    SignInReason.NOT_PROVEN: lambda: _("its answer did not hold"),
    "ConnectionRefusedError": lambda: _("the connection was refused"),
    "TimeoutError": lambda: _("it does not answer"),
    "gaierror": lambda: _("nobody knows this host"),
    "SSLCertVerificationError": lambda: _("its certificate is not valid"),
    "smtp_535": lambda: _("it does not accept user and password"),
    "recipient_refused": lambda: _("it did not take the message for its recipient"),
    "damaged": lambda: _("the database is damaged"),
}


def duty_words(name: str) -> str:
    """Return what a duty does; an unknown one by its name."""
    return _DUTIES[name]() if name in _DUTIES else name


def part_words(name: str) -> str:
    """Return what a part of the node is called."""
    return _PARTS[name]()


def reason_words(code: str) -> str:
    """Return why something failed; an unknown code as it is."""
    return _REASONS[code]() if code in _REASONS else code
