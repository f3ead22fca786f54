"""The settings of a run: a form, and what it says."""
