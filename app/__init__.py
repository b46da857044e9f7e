"""Erfahrungsnetz: a federated experience-exchange knowledge base for municipalities."""
