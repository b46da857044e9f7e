# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signs requests to servers that speak S3: AWS Signature Version 4, with the hash of the body and without a session."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"
_NO_BODY = sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Whoever holds the `secret` of a `key`, for the one `host` (with its port where that is not the usual one)."""

    host: str
    region: str
    key: str
    secret: str = field(repr=False)

    def headers(
        self, method: str, path: str, query: str, at: datetime, given: Mapping[str, str], body_hash: str = _NO_BODY
    ) -> dict[str, str]:
        """Return the `given` headers with those that prove who asks; `path` and `query` as they are sent."""
        stamp = at.strftime("%Y%m%dT%H%M%SZ")
        sent = {**given, "Host": self.host, "X-Amz-Content-Sha256": body_hash, "X-Amz-Date": stamp}
        named = sorted((name.lower(), value) for name, value in sent.items())
        signed = ";".join(name for name, _value in named)
        asked = (method, path, query, "".join(f"{name}:{value}\n" for name, value in named), signed, body_hash)
        scope = f"{stamp[:8]}/{self.region}/s3/aws4_request"
        text = "\n".join((_ALGORITHM, stamp, scope, sha256("\n".join(asked).encode()).hexdigest()))
        signature = hmac.new(self._key_for(scope), text.encode(), sha256).hexdigest()
        proof = f"{_ALGORITHM} Credential={self.key}/{scope},SignedHeaders={signed},Signature={signature}"
        return {**sent, "Authorization": proof}

    def _key_for(self, scope: str) -> bytes:
        derived = f"AWS4{self.secret}".encode()
        for part in scope.split("/"):
            derived = hmac.new(derived, part.encode(), sha256).digest()
        return derived


def query_of(values: Mapping[str, str]) -> str:
    """Return a query in the one form that is signed: sorted, and everything unusual as %XX."""
    return "&".join(f"{quote(name, safe='-_.~')}={quote(values[name], safe='-_.~')}" for name in sorted(values))
