"""Reads, cleans and writes documents: ODT, DOCX, PDF, slides and pictures."""
