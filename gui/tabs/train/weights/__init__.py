"""The inside of a network in training: kernels, weights, gradients, silent units."""
