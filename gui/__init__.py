"""The window. Knows Qt; never imports torch."""
