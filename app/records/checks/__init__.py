"""The rules behind `erfahrungsnetz check`; import, push and form use the same ones."""
