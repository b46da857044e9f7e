"""The reuse memo as a form: drafted from an address, edited on one page, never kept unless somebody asks for it."""
