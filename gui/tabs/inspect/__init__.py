"""Every layer of the network, live."""
