"""A network's layers as several tabs show them: the strip, maps, units."""
