"""From what a form gives to the text of a record."""
