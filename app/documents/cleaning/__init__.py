"""Cleans files attached to a record, recognised by content; links may lead to what readers can open, nowhere else."""

import re

NOWHERE = "#"
"""Replaces a link that is not kept."""

PATH_BEGINS = r"(?:[a-z]:[\\/]|\\\\|/(?:home|Users|tmp|var|mnt|media|Volumes)/)"
"""Regular expression for the start of a local path, for use with IGNORECASE."""

FOLLOWED = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
"""Matches the start of a link that a reader may follow."""
_PATH = re.compile(rf"file:|{PATH_BEGINS}", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//|/|\\\\|\.\./", re.IGNORECASE)


def is_followed(address: str) -> bool:
    """Return whether a reader may follow a link: to the web, to a mail program, or within the document."""
    return bool(FOLLOWED.match(address.strip()))


def names_a_path(text: str) -> bool:
    """Return whether a text is the path of a file on somebody's machine, which often contains their name."""
    return bool(_PATH.match(text.strip()))


def is_inside(address: str) -> bool:
    """Return whether a link leads to a part of the document itself."""
    return not _SCHEME.match(address.strip())


_CALLING = re.compile(r"\b(?:WEBSERVICE|IMAGE|DDE|RTD|CALL|REGISTER\.ID|REGISTER)\s*\(", re.IGNORECASE)
# "cmd|'/c calc'!A1" asks another program for a value (Dynamic Data Exchange).
_ASKING = re.compile(r"\w\s*\|(?:\s*'[^']*'\s*|[\w.:/\\\s]+)!")
_ELSEWHERE = re.compile(rf"\bfile:|['\"\[]\s*{PATH_BEGINS}", re.IGNORECASE)
_OTHER_FILE = re.compile(r"\[[^\[\]]+\.(?:xls|ods|csv)\w*\]|\.(?:xls\w*|ods|csv)'?#", re.IGNORECASE)


def reaches_out(formula: str) -> bool:
    """Return whether a formula fetches something or names a file, even inside a string."""
    return any(pattern.search(formula) for pattern in (_CALLING, _ASKING, _ELSEWHERE, _OTHER_FILE))
