"""Drafts: what somebody is still writing."""
