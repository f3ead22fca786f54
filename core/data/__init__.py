"""Labelled sets of digits, and the file formats that hold them. NumPy only."""
