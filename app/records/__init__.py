"""A node's own records as versioned documents; the only package that runs git."""
