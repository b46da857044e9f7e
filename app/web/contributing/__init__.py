"""The pages for writing a record, from the first word to sending it for review."""
