"""The network as PyTorch, and what it costs."""
