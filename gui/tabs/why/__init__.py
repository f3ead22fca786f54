"""The Why tab: why this digit and not another, and what would change it."""
