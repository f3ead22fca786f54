"""Training a network: settings, steps, curves, runs on the disk."""
