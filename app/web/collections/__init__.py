"""Collections: records on one subject on one page, in one feed and in one file."""
