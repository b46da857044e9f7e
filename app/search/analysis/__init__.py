"""German text analysis: tokens, stop words, compounds, stems.

Index and query go through the same chain, outside the engine, so that the engine stores
ready terms and no class of this package is ever written into an index.
"""
