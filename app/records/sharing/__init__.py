"""Published text for those who use git: a repository to clone from, and a door for pushes.

The content repository itself is never served. What is served is derived from it and can be deleted and made again.
"""
