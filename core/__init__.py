"""What LeNet Lab computes: ink, networks, traces, training. Knows no Qt."""

__version__ = "0.1.0"
