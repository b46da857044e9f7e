"""Signed tokens as this network uses them: compact JWS (RFC 7515), Ed25519 (RFC 9864), read strictly."""

from app.federation.jose.errors import (
    HeaderWrong,
    KeyCompromised,
    KeyUnknown,
    NotStrictJson,
    SignatureWrong,
    TokenMalformed,
    TokenRefused,
    TokenTooLarge,
)
from app.federation.jose.keys import KeySet, PublicKey, Revocation, RevocationReason, SigningKey
from app.federation.jose.strict_json import loads
from app.federation.jose.token import Token, open_token, sign

__all__ = [
    "HeaderWrong",
    "KeyCompromised",
    "KeySet",
    "KeyUnknown",
    "NotStrictJson",
    "PublicKey",
    "Revocation",
    "RevocationReason",
    "SignatureWrong",
    "SigningKey",
    "Token",
    "TokenMalformed",
    "TokenRefused",
    "TokenTooLarge",
    "loads",
    "open_token",
    "sign",
]
