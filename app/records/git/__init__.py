"""The git binary: one short-lived process for a change, one long-lived process for reading."""
