"""The inference and the training process, and the orders between them and the window."""
