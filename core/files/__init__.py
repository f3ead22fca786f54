"""Reading and writing files safely: atomic writes, files of arrays, limits. NumPy only."""
