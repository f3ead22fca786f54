"""The Train tab: set a run up, control it, watch it, go back in it, save it."""
