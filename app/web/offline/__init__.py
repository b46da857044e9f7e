"""A copy of the published site that is read from a folder without a server, with a search in the browser."""
