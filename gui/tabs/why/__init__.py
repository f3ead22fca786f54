"""The Why tab: why the network answers this digit, and the smallest change to another answer."""
