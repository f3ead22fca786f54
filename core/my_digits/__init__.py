"""One's own labelled drawings: kept on the disk, imported, exported. NumPy only."""
