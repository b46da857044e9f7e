"""The published node as a folder that is read without a server: the pages of the site, and a search in the browser."""
