"""Two networks that answer the same drawing."""
