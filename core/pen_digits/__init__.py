"""Digits as people write them with a pen, generated: forms, strokes, ink. NumPy only."""
