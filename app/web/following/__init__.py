"""Following changes by feed or e-mail, and the links to both on pages."""
