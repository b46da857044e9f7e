# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why something could not be fetched."""

from __future__ import annotations

from app.errors import Unavailable


class FetchFailed(Unavailable):
    """The other side did not answer as asked; `code` is stable and may be stored, `detail` is for the operator.

    Codes: `unreachable`, `deadline`, `status`, `cut_off`, `protocol`, and where no secure connection comes about:
    `tls_expired` (or not valid yet), `tls_name` (for another name), `tls_authority` (nobody vouches for it),
    `tls_version` (too old a TLS), `tls_none` (no TLS at all), `tls` (anything else).
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    @property
    def reason(self) -> str:
        """Return the code, and of a status which one it was."""
        return f"{self.code} {self.detail}" if self.code == "status" else self.code

    @property
    def is_absence(self) -> bool:
        """Tell whether the other side said that it has no such thing; after any other code it may answer soon."""
        return self.code == "status" and self.detail in ("404", "410")


class FetchRefused(FetchFailed):
    """This side broke off because a rule of the door was broken.

    Codes: `address` (not one this node may connect to), `scheme`, `port`, `foreign` (not an address of the peer),
    `redirect`, `encoding`, `too_large` (on the wire or inflated), `document` (what was sent cannot be read safely).
    """
