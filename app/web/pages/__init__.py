"""The start page, lists of records, pages about the site, and what monitors and search engines fetch."""
