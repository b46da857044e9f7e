"""The reuse memo as a form: drafted from a URL, edited on one page, stored only on request."""
