"""Access with git to published texts through copies that can be recreated, never to the content repository."""
