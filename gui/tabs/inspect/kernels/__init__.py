"""The Kernels tool: a layer's weights, and the patches of digits that excite its channels."""
