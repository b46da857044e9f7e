"""Reasons why something from another node was refused or not fetched, in words for moderators and operators."""

from collections.abc import Callable, Mapping

from app.web.shell.wording import _

_QUARANTINE: Mapping[str, Callable[[], str]] = {
    "too_large": lambda: _("It is too large."),
    "json": lambda: _("Its content cannot be read unmistakably."),
    "payload": lambda: _("A part of it is missing or has a value that it may not have."),
    "subject": lambda: _("A site speaks about a record that is not its own."),
    "signature": lambda: _("A signature is wrong: the list was altered, or a key is not the one that is trusted."),
    "future": lambda: _("It is dated in the future. One of the two clocks may be wrong."),
    "schema_unknown": lambda: _(
        "It is of a kind that this site does not know. A newer version of the program may help."
    ),
    "schema": lambda: _("Its fields break the rules for its kind."),
    "licence": lambda: _("Its licence does not allow that others show it, or is not known here."),
    "name": lambda: _("Another record of the same site has the same short name."),
    "corrections": lambda: _(
        "The site has sent too many corrections of records here in one day. This one is read on a later day."
    ),
    "equivocation": lambda: _(
        "The site has signed two different lists under one number, so its copies stand still. Ask its operator."
    ),
}
_FETCHING: Mapping[str, Callable[[], str]] = {
    "unreachable": lambda: _("The site does not answer."),
    "tls": lambda: _("The secure connection could not be made."),
    "tls_expired": lambda: _(
        "The certificate of the site has expired or is not valid yet. Tell its operator; one of the two clocks may be"
        " wrong."
    ),
    "tls_name": lambda: _("The certificate is for another name than this address. Tell the operator of the site."),
    "tls_authority": lambda: _(
        "Nobody known here vouches for the certificate. If the authority is one of your own administration, enter it"
        " (NODE_FEDERATION_CA)."
    ),
    "tls_version": lambda: _("The site speaks only old forms of encryption (before TLS 1.2). Tell its operator."),
    "tls_none": lambda: _("What answers there is not encrypted. Is the address right, with its port?"),
    "deadline": lambda: _("The site answered too slowly."),
    "status": lambda: _("The site answered that it cannot do what was asked."),
    "cut_off": lambda: _("The answer broke off."),
    "protocol": lambda: _("The answer does not keep to the rules of the web."),
    "address": lambda: _("The address leads into a network that this site does not connect to."),
    "scheme": lambda: _("The address is not a secure one (https)."),
    "port": lambda: _("The address has a port that this site does not connect to."),
    "foreign": lambda: _("The site points to an address that is not its own."),
    "redirect": lambda: _("The site sends visitors on to another address. Enter that one if it is right."),
    "encoding": lambda: _("The answer is packed in a way that is not accepted."),
    "document": lambda: _("What the site sent cannot be read safely."),
    "root": lambda: _("The site has another first root than the one that was compared. Ask its operator."),
    "hash": lambda: _("Something else was sent than the list of the site names."),
    "bins": lambda: _("The list of the site is not divided as this program expects."),
    "items": lambda: _("The list of the site is too long."),
    "number": lambda: _("The list of the site has a number that is too high."),
    "not_found": lambda: _("There is no list at this address, or a part of it is missing."),
    "expired": lambda: _("The site has not confirmed its list for a week; its clock or this one may be wrong."),
    "RepositoryBusy": lambda: _("This site was busy. It tries again by itself."),
}
_FILES: Mapping[str, Callable[[], str]] = {
    "file_size": lambda: _("Something else was sent than the site has signed."),
    "file_hash": lambda: _("Something else was sent than the site has signed."),
    "origin_full": lambda: _("The files of this site take all the room that one site may have here."),
    "no_space": lambda: _("There is no room on the disk of this site."),
    "too_large": lambda: _("It is larger than files may be here."),
    "too_many": lambda: _("The record has more files than are kept here."),
    "status": lambda: _("The partner does not have it, or not yet."),
}


def why_set_aside(code: str) -> str:
    """Return why a record was set aside; an unknown code as it is."""
    return _QUARANTINE[code]() if code in _QUARANTINE else code


def why_not_fetched(code: str) -> str:
    """Return why fetching from a partner failed; "" where it did not, an unknown code as it is."""
    known = {**_QUARANTINE, **_FETCHING}
    return known[code]() if code in known else code


def why_file_missing(code: str) -> str:
    """Return why a file of a record is not here; an unknown code as it is."""
    return _FILES[code]() if code in _FILES else why_not_fetched(code)
