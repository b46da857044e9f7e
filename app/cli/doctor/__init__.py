"""`erfahrungsnetz doctor`: proves that what a node holds agrees, and names what does not."""
