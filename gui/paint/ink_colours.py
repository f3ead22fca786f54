"""Pictures of ink in a window's colours."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage, QPalette

from gui.paint.images import image_from_indices, ramp


def ink_colours(palette: QPalette) -> np.ndarray:
    """Return 256 RGB colours uint32 from bare paper to full ink: the palette's base and text."""
    return ramp(palette.color(QPalette.ColorRole.Base).rgb(), palette.color(QPalette.ColorRole.Text).rgb())


def ink_image(ink: np.ndarray, palette: QPalette) -> QImage:
    """Return ink (H, W), uint8 or float in [0, 1], as a picture in these colours."""
    levels = ink if ink.dtype == np.uint8 else (ink * 255).round().astype(np.uint8)
    return image_from_indices(levels, ink_colours(palette))
