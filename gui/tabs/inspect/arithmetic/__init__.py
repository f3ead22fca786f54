"""How the number in one cell came about."""
