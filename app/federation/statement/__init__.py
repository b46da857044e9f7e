"""Signed statements: one version of one record as its node published it. The format: docs/federation.md."""

from app.federation.statement.errors import KeyExpired, PayloadWrong, StatementFromFuture, SubjectForeign
from app.federation.statement.receiving import (
    JWS_LIMIT,
    ReceivedStatement,
    VerifiedStatement,
    receive,
    sign_statement,
)
from app.federation.statement.statement import PAYLOAD_LIMIT, TYP, Statement, Status

__all__ = [
    "JWS_LIMIT",
    "PAYLOAD_LIMIT",
    "TYP",
    "KeyExpired",
    "PayloadWrong",
    "ReceivedStatement",
    "Statement",
    "StatementFromFuture",
    "Status",
    "SubjectForeign",
    "VerifiedStatement",
    "receive",
    "sign_statement",
]
