"""HTTP and HTML: the only package that knows Flask. Views read, call one service, map and respond."""
