"""The other nodes of the network: for readers, moderators and operators."""
