"""A window that slides over numbers, and the output that fills in."""
