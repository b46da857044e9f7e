"""What is run by the Makefile and is no part of the site."""
