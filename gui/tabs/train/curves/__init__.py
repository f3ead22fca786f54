"""The curves of a run."""
