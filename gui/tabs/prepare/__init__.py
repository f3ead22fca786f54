"""How ink becomes the picture that the network reads, step by step, and how much that step is worth."""
