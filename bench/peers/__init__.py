"""The node beside other programs that publish pages with a history, on the same texts in one run."""
