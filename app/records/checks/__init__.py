"""The rules behind `erfahrungsnetz check`, shared with import, push and form."""
