"""Proposals: intake, storage, and what their authors can do."""
