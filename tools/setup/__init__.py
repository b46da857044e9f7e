"""Set-up of a checkout, with nothing but the standard library of the Python that is there.

Everything lands inside the checkout: .venv/, node_modules/, static/vendor/, build/. Each step leaves
a stamp made from what it depends on, so that a second call takes a fraction of a second.
"""
