"""The start of a project: the bar with the asker's situation, and the selection that every page keeps."""
