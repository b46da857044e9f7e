"""Access with git to published texts: a repository to clone, and one that takes pushes.

The content repository itself is never served. What is served is derived from it and can be deleted and recreated.
"""
