"""Personal data: exported and erased on request, and deleted at the end of its retention period."""
