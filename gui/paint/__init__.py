"""Colours and pictures: themes, colour tables, NumPy to QImage, grids of numbers. No widgets."""
