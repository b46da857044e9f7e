"""The start of a project on the pages: the bar with the asker's situation, and what it adds to hits and records."""
