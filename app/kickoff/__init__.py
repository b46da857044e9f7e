"""From a problem to a reuse memo: what others learned, who can deliver it, and the proof that one looked first."""
