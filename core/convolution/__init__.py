"""The operators of convolutional networks in NumPy: what each layer does to one picture."""
