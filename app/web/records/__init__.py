"""Records on the page: the newest version, earlier ones, those of other nodes, and their files."""
