"""Search by meaning, beside search by words: passages, their vectors, and the nearness of records to a question."""
