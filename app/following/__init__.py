"""Following what changes: searches and records of which somebody wants to hear, by mail without an account."""
