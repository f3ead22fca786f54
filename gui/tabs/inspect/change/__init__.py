"""A network changed by hand, and what that does."""
