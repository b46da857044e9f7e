"""`erfahrungsnetz doctor`: checks that the stores of a node agree, and reports what does not."""
