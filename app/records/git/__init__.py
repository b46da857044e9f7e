"""The git binary: short-lived processes for changes, one long-lived process for reading."""
