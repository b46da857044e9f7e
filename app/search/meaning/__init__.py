"""Search by meaning beside the search by words: passages, their vectors, and how near each record is to a question."""
