"""Retraining: set a run up, watch it, control it, scrub it, keep it."""
