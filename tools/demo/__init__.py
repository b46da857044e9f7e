"""`make demo`: three nodes on this machine, each with a part of the collection, that exchange it."""
