"""The pad: the drawing, the network's answer to it, and its label."""
