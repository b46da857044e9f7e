"""German text analysis: tokens, stop words, compounds, stems.

Index and query use the same chain, outside the engine, so that the engine stores finished terms and no class of this
package is ever pickled into an index.
"""
