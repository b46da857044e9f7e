# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where documents may lead: to addresses that a reader follows, never to files of whoever wrote them."""

from __future__ import annotations

import re

NOWHERE = "#"
"""In place of an address that is not kept."""

PATH_BEGINS = r"(?:[a-z]:[\\/]|\\\\|/(?:home|Users|tmp|var|mnt|media|Volumes)/)"
"""How the path of a file on a machine begins, as a regular expression that takes small letters for large ones."""

_FOLLOWED = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
_PATH = re.compile(rf"file:|{PATH_BEGINS}", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//|/|\\\\|\.\./", re.IGNORECASE)


def is_followed(address: str) -> bool:
    """Tell whether a reader may be led there: to the web, to a mail program, or within the document."""
    return bool(_FOLLOWED.match(address.strip()))


def names_a_path(text: str) -> bool:
    """Tell whether a text is the path of a file on somebody's machine, which often holds their name."""
    return bool(_PATH.match(text.strip()))


def is_inside(address: str) -> bool:
    """Tell whether an address names a part of the document itself."""
    return not _SCHEME.match(address.strip())
