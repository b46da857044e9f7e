"""What every page shares: access, language and words, caching, errors, addresses, the frame of the site."""
