"""The memo as a document: ODT, DOCX, PDF and Markdown."""
