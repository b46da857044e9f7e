"""What all records say together: what ended and why, who used which grant, where nothing is known."""
