"""What nodes tell each other: the signed list of each, how it is read, and what is offered to registries."""
