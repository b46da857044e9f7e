"""Records that somebody put together on a subject: on one page, in one feed, in one file."""
