"""One signed list per node: a repository of The Update Framework (TUF 1.0), written, read and mirrored."""
