"""The computing of LeNet Lab: ink, networks, answers, explanations, training. Knows no Qt."""

__version__ = "0.1.0"
