"""The form in which records are written: made from the schema, read back without loss.

A control is named by the dotted path of its value ("lessons.0.statement", "body.problem"), which is also what a
problem names, so that every finding leads to its field.
"""
