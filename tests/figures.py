"""What tests of figures share: their files read back."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: bytes) -> list[str]:
    """The texts of an SVG, in the order in which they are painted."""
    found = ("".join(each.itertext()).strip() for each in ElementTree.fromstring(svg).iter(f"{SVG}text"))
    return [text for text in found if text]


def size_in_mm(svg: bytes) -> tuple[float, float]:
    root = ElementTree.fromstring(svg)
    width, height = (re.fullmatch(r"([\d.]+)mm", root.attrib[side]) for side in ("width", "height"))
    assert width and height
    return float(width[1]), float(height[1])


def view_box(svg: bytes) -> list[float]:
    return [float(word) for word in ElementTree.fromstring(svg).attrib["viewBox"].split()]


def gray(image: QImage) -> np.ndarray:
    """Gray levels (H, W) uint8."""
    plain = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : plain.width()].astype(float)


def drawn(svg: bytes, size: QSize) -> QImage:
    """An SVG as another program of Qt's paints it."""
    renderer = QSvgRenderer(svg)
    assert renderer.isValid()
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    with QPainter(image) as painter:
        renderer.render(painter)
    return image


def difference(first: QImage, second: QImage) -> float:
    """The mean difference of gray levels of blocks of 8×8 pixels: what edges are like does not count."""

    def blocks(image: QImage) -> np.ndarray:
        levels = gray(image)
        height, width = (side // 8 * 8 for side in levels.shape)
        return levels[:height, :width].reshape(height // 8, 8, width // 8, 8).mean(axis=(1, 3))

    return float(np.abs(blocks(first) - blocks(second)).mean())
