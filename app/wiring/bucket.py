# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wires the bucket of NODE_FILES: asked through the one door, as whatever service the operator has entered."""

from __future__ import annotations

from app.federation.fetching import EnteredService, FetchFailed, Limits
from app.records.bucket_files import Bucket, Request
from app.records.file_store import StoreUnreachable
from app.records.s3_signature import Signer
from app.shared.clock import utc_now
from app.shared.config import Settings, SettingsInvalid
from app.shared.config.load import SettingProblem
from app.shared.config.secret_files import read_secret_file


def wire_bucket(settings: Settings, name: str) -> Bucket:
    """Return the bucket of this name; nothing is asked yet. Raises SettingsInvalid."""
    service = EnteredService(settings.s3_endpoint, {}, authorities=settings.federation_ca)
    key, _, secret = read_secret_file(settings.s3_credentials_file, "NODE_S3_CREDENTIALS_FILE").partition(":")
    if not all(part and part.isascii() and part.isprintable() and " " not in part for part in (key, secret)):
        reason = f"{settings.s3_credentials_file} must hold key:secret, in one line"
        raise SettingsInvalid((SettingProblem(variable="NODE_S3_CREDENTIALS_FILE", reason=reason),))

    def ask(asked: Request) -> bytes:
        limits = Limits(wire=asked.most, inflated=asked.most, seconds=asked.seconds)
        try:
            return service.ask(asked.method, asked.path, limits, asked.headers, asked.body)
        except FetchFailed as error:
            raise StoreUnreachable(error.reason) from error

    signer = Signer(host=service.authority, region=settings.s3_region, key=key, secret=secret)
    # The true time, whatever the node's clock says: servers refuse other signatures.
    return Bucket(name, ask, signer, utc_now)
