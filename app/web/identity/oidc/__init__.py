"""OpenID Connect with Authlib, and what Authlib's Flask client leaves to its user (docs/decisions/0009)."""
