"""From a problem to a reuse memo: what others learned, who can deliver, and evidence of the search."""
