"""The form in which records are written, made from the schema. A control's name is the path of its value."""
