"""Pages on all records together: what ended, who used which grant, how much there is of what."""
