# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The examples that AWS publishes for Signature Version 4 with S3."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from app.records.s3_signature import Signer, query_of

AT = datetime(2013, 5, 24, tzinfo=UTC)
SIGNER = Signer(
    host="examplebucket.s3.amazonaws.com",
    region="us-east-1",
    key="AKIAIOSFODNN7EXAMPLE",
    secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
)
TEXT = sha256(b"Welcome to Amazon S3.").hexdigest()


def signature(headers: dict[str, str]) -> str:
    return headers["Authorization"].rpartition("Signature=")[2]


@pytest.mark.parametrize(
    ("path", "query", "given", "expected"),
    [
        (
            "/test.txt",
            {},
            {"Range": "bytes=0-9"},
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        ("/", {"lifecycle": ""}, {}, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        (
            "/",
            {"prefix": "J", "max-keys": "2"},
            {},
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
    ids=["object", "lifecycle", "list"],
)
def test_requests_are_signed_as_aws_does(
    path: str, query: dict[str, str], given: dict[str, str], expected: str
) -> None:
    assert signature(SIGNER.headers("GET", path, query_of(query), AT, given)) == expected


def test_a_body_is_signed_by_its_hash() -> None:
    given = {"Date": "Fri, 24 May 2013 00:00:00 GMT", "X-Amz-Storage-Class": "REDUCED_REDUNDANCY"}
    signed = SIGNER.headers("PUT", "/test%24file.text", "", AT, given, TEXT)
    assert signature(signed) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"


def test_the_secret_stands_in_no_text_about_the_signer() -> None:
    assert SIGNER.secret not in repr(SIGNER)


def test_what_is_asked_for_has_one_form() -> None:
    assert query_of({"prefix": "a b/ü", "delimiter": "/"}) == "delimiter=%2F&prefix=a%20b%2F%C3%BC"
