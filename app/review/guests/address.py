# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an e-mail address looks like, where nobody has confirmed it yet."""

from __future__ import annotations

import re

_LONGEST = 254
# Neither "=" nor "?": a header would read "=?utf-8?q?…?=" as further addresses (RFC 2047).
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}")


def is_address(text: str) -> bool:
    """Tell whether a message can be sent there."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None
