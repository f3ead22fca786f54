"""Files that were chosen for another kind: told by their first bytes, with what to do about it."""

from __future__ import annotations

from pathlib import Path

from core.errors import FileProblem

LOOKED_AT = 1024
"""Bytes at a file's beginning."""

_PHOTOS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")


class WeightsGiven(FileProblem):
    """A file holds a network's weights, and something else was asked for."""


def foreign_kind(path: Path, start: bytes) -> FileProblem | None:
    """What a file that begins with `start` is instead, and what to do; None where that is not known."""
    name = path.name
    if start[4:8] == b"ftyp":
        if start[8:12] in _PHOTOS:
            return FileProblem(
                "{name} is a HEIC or AVIF photo. Save it as JPEG first: most photo programs export it.",
                name=name,
            )
        return FileProblem("{name} is a film. Save one picture of it as PNG or JPEG first.", name=name)
    if b"%PDF-" in start:
        return FileProblem(
            "{name} is a PDF document. Export its page as PNG, or open a screenshot of it.", name=name
        )
    words = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in words and words.startswith(b"<"):
        return FileProblem("{name} is an SVG drawing. Export it as PNG first.", name=name)
    if words.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml")) or b"<html" in words:
        return FileProblem(
            "{name} is a web page, not the file itself. Go to that page, and download the file from there.",
            name=name,
        )
    if _is_weights(path, start):
        return WeightsGiven("{name} holds a network's weights. Open it as a network.", name=name)
    if start.startswith(b"PK\x03\x04"):
        return FileProblem("{name} is an archive of files. Unpack it first.", name=name)
    return None


def _is_weights(path: Path, start: bytes) -> bool:
    if path.suffix.lower() in (".pt", ".pth", ".safetensors", ".ckpt"):
        return True
    is_torch = start.startswith(b"PK\x03\x04") and b"/data.pkl" in start
    return is_torch or (start[8:10] == b'{"' and int.from_bytes(start[:8], "little") < 2**27)
