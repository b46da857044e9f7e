"""What somebody without an account wants, confirmed by a link in an e-mail: one way for all purposes."""
