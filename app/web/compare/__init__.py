"""Up to five records side by side, as a table on a page and as a file for spreadsheets."""
