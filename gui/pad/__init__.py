"""Where one draws, and the answer."""
