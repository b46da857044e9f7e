"""Reasons why something from another node was refused or not fetched, in words for moderators and operators."""

from collections.abc import Mapping

from app.shared.wording import N_
from app.web.shell.wording import _

_QUARANTINE: Mapping[str, str] = {
    "too_large": N_("It is too large."),
    "json": N_("Its content cannot be read unmistakably."),
    "payload": N_("A part of it is missing or has a value that it may not have."),
    "subject": N_("A site speaks about a record that is not its own."),
    "signature": N_("A signature is wrong: the list was altered, or a key is not the one that is trusted."),
    "future": N_("It is dated in the future. One of the two clocks may be wrong."),
    "schema_unknown": N_("It is of a kind that this site does not know. A newer version of the program may help."),
    "schema": N_("Its fields break the rules for its kind."),
    "licence": N_("Its licence does not allow that others show it, or is not known here."),
    "name": N_("Another record of the same site has the same short name."),
    "corrections": N_(
        "The site has sent too many corrections of records here in one day. This one is read on a later day."
    ),
    "equivocation": N_(
        "The site has signed two different lists under one number, so its copies stand still. Ask its operator."
    ),
}
_FETCHING: Mapping[str, str] = {
    "unreachable": N_("The site does not answer."),
    "tls": N_("The secure connection could not be made."),
    "tls_expired": N_(
        "The certificate of the site has expired or is not valid yet. Tell its operator; one of the two clocks may be"
        " wrong."
    ),
    "tls_name": N_("The certificate is for another name than this address. Tell the operator of the site."),
    "tls_authority": N_(
        "Nobody known here vouches for the certificate. If the authority is one of your own administration, enter it"
        " (NODE_FEDERATION_CA)."
    ),
    "tls_version": N_("The site speaks only old forms of encryption (before TLS 1.2). Tell its operator."),
    "tls_none": N_("What answers there is not encrypted. Is the address right, with its port?"),
    "deadline": N_("The site answered too slowly."),
    "status": N_("The site answered that it cannot do what was asked."),
    "cut_off": N_("The answer broke off."),
    "protocol": N_("The answer does not keep to the rules of the web."),
    "address": N_("The address leads into a network that this site does not connect to."),
    "scheme": N_("The address is not a secure one (https)."),
    "port": N_("The address has a port that this site does not connect to."),
    "foreign": N_("The site points to an address that is not its own."),
    "redirect": N_("The site sends visitors on to another address. Enter that one if it is right."),
    "encoding": N_("The answer is packed in a way that is not accepted."),
    "document": N_("What the site sent cannot be read safely."),
    "root": N_("The site has another first root than the one that was compared. Ask its operator."),
    "hash": N_("Something else was sent than the list of the site names."),
    "bins": N_("The list of the site is not divided as this program expects."),
    "items": N_("The list of the site is too long."),
    "number": N_("The list of the site has a number that is too high."),
    "not_found": N_("There is no list at this address, or a part of it is missing."),
    "expired": N_("The site has not confirmed its list for a week; its clock or this one may be wrong."),
    "RepositoryBusy": N_("This site was busy. It tries again by itself."),
}
_FILES: Mapping[str, str] = {
    "file_size": N_("Something else was sent than the site has signed."),
    "file_hash": N_("Something else was sent than the site has signed."),
    "origin_full": N_("The files of this site take all the room that one site may have here."),
    "no_space": N_("There is no room on the disk of this site."),
    "too_large": N_("It is larger than files may be here."),
    "too_many": N_("The record has more files than are kept here."),
    "status": N_("The partner does not have it, or not yet."),
}


def why_set_aside(code: str) -> str:
    """Return why a record was set aside; an unknown code as it is."""
    return _(_QUARANTINE[code]) if code in _QUARANTINE else code


def why_not_fetched(code: str) -> str:
    """Return why fetching from a partner failed; "" where it did not, an unknown code as it is."""
    known = {**_QUARANTINE, **_FETCHING}
    return _(known[code]) if code in known else code


def why_file_missing(code: str) -> str:
    """Return why a file of a record is not here; an unknown code as it is."""
    return _(_FILES[code]) if code in _FILES else why_not_fetched(code)
