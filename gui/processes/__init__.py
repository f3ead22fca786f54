"""The inference and the training process, seen from Qt; and work in a thread."""
