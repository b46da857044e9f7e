"""Repairs what a crash left half done, from what git says about itself."""
