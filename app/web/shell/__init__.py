"""What all pages share: access checks, language and wording, caching, errors, addresses, and the page frame."""
