"""What other nodes publish: fetched, verified, kept, and taken out of sight where that is needed."""
