"""Shared by all pages: access checks, language and wording, caching, errors, addresses, and the page frame."""
