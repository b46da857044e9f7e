# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whom to believe that a server is the one it says it is (TLS), and why it was not believed."""

from __future__ import annotations

import ssl
from pathlib import Path

_EXPIRED, _TOO_EARLY = 10, 9
_NAMES = frozenset({62, 64})
"""What OpenSSL calls a certificate for another host name or address."""
_OLD = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS", "WRONG_SSL_VERSION")
_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "UNEXPECTED_EOF")


def trusting(authorities: Path | None = None) -> ssl.SSLContext:
    """Return whom the system trusts and, if given, the authorities in a file of certificates (PEM) as well.

    TLS 1.2 is the oldest that is spoken. Raises OSError (also ssl.SSLError) for a file that holds no certificates.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authorities is not None:
        context.load_verify_locations(cafile=authorities)
    return context


def tls_code(error: ssl.SSLError) -> str:
    """Return why a handshake failed: one of the codes of `FetchFailed` that begin with `tls`."""
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in (_EXPIRED, _TOO_EARLY):
            return "tls_expired"
        return "tls_name" if error.verify_code in _NAMES else "tls_authority"
    reason = error.reason or ""
    if any(part in reason for part in _OLD):
        return "tls_version"
    return "tls_none" if any(part in reason for part in _NOT_TLS) else "tls"
