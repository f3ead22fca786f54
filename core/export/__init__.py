"""A network, or one of its cells, to take along: scripts, snippets, files of weights. NumPy only."""
