"""Up to five records side by side: which ones, in which words, and as a file for a spreadsheet."""
