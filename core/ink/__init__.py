"""From a drawing, or a picture of one, to the picture that a network reads. NumPy and Pillow only."""
