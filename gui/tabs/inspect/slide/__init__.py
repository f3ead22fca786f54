"""A window slides over its input, and the output fills in."""
