"""Files damaged at random: bytes, checksummed parts, JSON, text and whole folders. All by one `Random`."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

Mutate = Callable[[Random, Sequence[bytes]], bytes]

_NUMBERS = (0, 1, -1, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1)
_RAW = (  # as JSON's text: what Python reads, and what it stumbles over
    *("NaN", "Infinity", "-Infinity", "1e400", "-1e308", "1e-400", "0", "-1", "1.5", "0.0", "true", "null"),
    *(str(2**31), str(2**63), str(2**64), "9" * 400, "9" * 5000),
    *('""', '"7"', '"nan"', '"\\ud800"', '"\\u0000"', '"' + "x" * 5000 + '"', '"../../outside/7"', '"/etc"'),
    *("[]", "{}", "[[1]]", "[null]", '{"a": {}}', "[1e400, NaN]", "[" * 30 + "]" * 30, "[" * 20_000),
)
_CELLS = (
    *("", "-1", "10", "300", "7.5", "nan", "inf", "1e400", "9" * 400, "x" * 5000, '"', '"a\n"', "\0", "七"),
    *("a.png", "../outside/7/a.png", "/", "label", "0x7", "1_0", "\x1b", "=1+1"),
)
_SEPARATOR = re.compile(r"([,;\t =\n/])")
_HELD = "@held@"


def any_of(*ways: Mutate) -> Mutate:
    """One of several ways."""
    return lambda chance, seeds: chance.choice(ways)(chance, seeds)


# Bytes


def of_bytes(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """A seed with a few of its bytes changed, cut, doubled, or taken from another seed."""
    content = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((0, 1, 1, 1, 2, 4, 8))):
        at = chance.randrange(len(content) + 1)
        end = min(at + chance.choice((1, 4, 20, 200)), len(content))
        match chance.randrange(8):
            case 0:
                content[at:end] = bytes(chance.randrange(256) for _ in range(min(end - at, 4)))
            case 1 if at < len(content):
                content[at] ^= 1 << chance.randrange(8)
            case 2:
                del content[at:]
            case 3:
                content[at:at] = bytes(chance.choice((1, 7, 100)))
            case 4:
                length = chance.choice((1, 2, 4, 8))
                number = chance.choice(_NUMBERS) % 256**length
                content[at : at + length] = number.to_bytes(length, chance.choice(("little", "big")))
            case 5:
                content[at:at] = content[at:end]
            case 6:
                other = chance.choice(seeds)
                content[at:] = other[min(at, len(other)) :]
            case 7:
                del content[at:end]
    return bytes(content)


def of_header(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """A seed with numbers near its beginning changed."""
    content = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 3))):
        at, length = chance.randrange(min(len(content), 200) + 1), chance.choice((1, 2, 4))
        number = chance.choice((*_NUMBERS, chance.randrange(256)))
        content[at : at + length] = (number % 256**length).to_bytes(length, chance.choice(("little", "big")))
    return bytes(content)


def of_png(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """A PNG file whose chunks are damaged, exchanged or doubled, each with a checksum that is right."""
    content = chance.choice(seeds)
    chunks, at = [], 8
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        chunks.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + length]))
        at += 12 + length
    for _ in range(chance.choice((1, 1, 2, 3))):
        place = chance.randrange(len(chunks))
        name, inner = chunks[place]
        match chance.randrange(6):
            case 0:
                chunks.insert(chance.randrange(len(chunks)), chunks[place])
            case 1 if len(chunks) > 1:
                del chunks[place]
            case 2 if name == b"IDAT":
                with contextlib.suppress(zlib.error):
                    chunks[place] = name, zlib.compress(of_bytes(chance, [zlib.decompress(inner)]))
            case 3:
                kind = chance.choice((b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tRNS", b"PLTE", b"gAMA", b"acTL"))
                text = b"lenet-lab-ink\0" + chance.choice((b"", b"\0", b"\0" + zlib.compress(b"x" * 200_000)))
                chunks.insert(max(place, 1), (kind, text))
            case 4:
                chunks[0] = b"IHDR", of_header(chance, [chunks[0][1]])
            case _:
                chunks[place] = name, of_bytes(chance, [inner])
    parts = [
        struct.pack(">I", len(inner)) + name + inner + struct.pack(">I", zlib.crc32(name + inner))
        for name, inner in chunks
    ]
    return content[:8] + b"".join(parts)


def packed(mutate: Mutate) -> Mutate:
    """Seeds packed with gzip: what is in them is damaged, or the package is."""

    def mutated(chance: Random, seeds: Sequence[bytes]) -> bytes:
        inner = mutate(chance, [gzip.decompress(seed) for seed in seeds])
        content = gzip.compress(inner, 1, mtime=0)
        return of_bytes(chance, [content]) if chance.random() < 0.2 else content

    return mutated


def of_zip(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """A zip file one of whose members is damaged, under its own name or another one."""
    if chance.random() < 0.2:
        return of_bytes(chance, seeds)
    with zipfile.ZipFile(io.BytesIO(chance.choice(seeds))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    damaged = chance.choice(sorted(members))
    content = io.BytesIO()
    ways = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA)
    with zipfile.ZipFile(content, "w", chance.choice(ways)) as archive:
        for name, inner in members.items():
            if name == damaged:
                inner = chance.choice((of_bytes, of_npy))(chance, [inner])
                name = chance.choice((name, name, name, "../outside/7.npy", "y.npy", "x\\u.npy", "/x.npy"))
            archive.writestr(name, inner)
    return content.getvalue()


def of_npy(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """An array's file whose header says another type, shape or order."""
    content = chance.choice(seeds)
    if len(content) < 10 or chance.random() < 0.3:
        return of_bytes(chance, [content])
    length = int.from_bytes(content[8:10], "little")
    kinds = ("|u1", "<f4", "<f8", "<f2", ">i8", "|O", "<U9", "|b1", "<c8", "<M8[s]", "|S0", "|V3", "<u8", "x")
    shapes = (
        "()",
        "(0,)",
        "(-1, 28, 28)",
        "(2, 28, 28)",
        "(10**9, 28, 28)",
        "(True, 28, 28)",
        "(4294967297,)",
    )
    header = f"{{'descr': '{chance.choice(kinds)}', 'fortran_order': {chance.choice((True, False, 7))}, "
    shape = chance.choice(shapes)
    old = re.search(rb"'shape': (\([^)]*\))", content[10 : 10 + length])
    if old is not None and chance.random() < 0.5:
        shape = old[1].decode("latin-1")
    text = f"{header}'shape': {shape}, }}".encode("latin-1") + b"\n"
    return content[:8] + len(text).to_bytes(2, "little") + text + content[10 + length :]


def of_tensors(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """A safetensors file whose header, or the object that is a text in it, says something else."""
    content = chance.choice(seeds)
    length = int.from_bytes(content[:8], "little")
    header, tail = content[8 : 8 + length], content[8 + length :]
    match chance.randrange(5):
        case 0:
            return of_bytes(chance, seeds)
        case 1:
            header = of_json(chance, [header])
        case 2:  # numbers that are not finite, without another word changed
            at = chance.randrange(max(len(tail) // 4, 1)) * 4
            odd = struct.pack("<f", chance.choice((float("nan"), float("inf"), 3e38)))
            return content[: 8 + length + at] + odd + tail[at + 4 :]
        case _:
            told = json.loads(header)
            for kind, about in told["__metadata__"].items():
                told["__metadata__"][kind] = of_json(chance, [about.encode()]).decode("utf-8", "replace")
            header = json.dumps(told).encode()
    return len(header).to_bytes(8, "little") + header + tail


# Text


def of_json(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """A JSON text with other values, keys taken away, or damaged bytes."""
    if chance.random() < 0.1:
        return of_bytes(chance, seeds)
    content = chance.choice(seeds)
    try:
        value = json.loads(content)
    except ValueError:  # it has been damaged already
        return of_bytes(chance, [content])
    held: list[str] = []
    for _ in range(chance.choice((1, 1, 2, 5))):
        value = _changed(chance, value, held)
    text = json.dumps(value)
    for each in held:
        text = text.replace(f'"{_HELD}"', each, 1)
    return text.encode("utf-8", "surrogatepass")


def _changed(chance: Random, value: Any, held: list[str], depth: int = 0) -> Any:
    """A value, or something in it, in whose place another text is to come."""
    goes_deeper = isinstance(value, dict | list) and value and chance.random() < (0.97 if depth == 0 else 0.6)
    if not goes_deeper:
        held.append(chance.choice(_RAW))
        return _HELD
    key = chance.choice(sorted(value) if isinstance(value, dict) else range(len(value)))
    if chance.random() < 0.1:
        del value[key]
    else:
        value[key] = _changed(chance, value[key], held, depth + 1)
    return value


def of_lines(inner: Mutate) -> Mutate:
    """Seeds of lines: lines are damaged by `inner`, doubled, exchanged, cut or left out."""

    def mutated(chance: Random, seeds: Sequence[bytes]) -> bytes:
        lines = chance.choice(seeds).split(b"\n")
        for _ in range(chance.choice((1, 1, 2, 3))):
            at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
            match chance.randrange(6):
                case 0:
                    lines.insert(at, lines[other])
                case 1:
                    lines[at], lines[other] = lines[other], lines[at]
                case 2 if len(lines) > 1:
                    del lines[at]
                case 3:
                    lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
                case _ if lines[at].strip():
                    lines[at] = inner(chance, [lines[at]])
        return b"\n".join(lines)

    return mutated


def of_text(chance: Random, seeds: Sequence[bytes]) -> bytes:
    """A table or a file of settings with other cells, another separator or another encoding."""
    text = chance.choice(seeds).decode("utf-8", "replace")
    parts = _SEPARATOR.split(text)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(parts))
        parts[at] = chance.choice(_CELLS)
    content = "".join(parts).encode("utf-8", "surrogatepass")
    match chance.randrange(8):
        case 0:
            return of_bytes(chance, [content])
        case 1:
            return content.decode("utf-8", "replace").encode(chance.choice(("utf-16", "utf-8-sig", "utf-32")))
        case 2:
            return content.replace(b",", chance.choice((b";", b"\t", b" ", b"\0", b",,")))
    return content


# Folders


def strew(
    chance: Random, folder: Path, names: Sequence[str], contents: Sequence[bytes], count: int = 8
) -> None:
    """Put files, folders, links out of the folder and pipes into it, under some of the names."""
    outside = folder.parent / "outside"
    for _ in range(count):
        path = Path(chance.choice(names))
        place = folder / path
        if os.path.realpath(place.parent) != os.path.abspath(place.parent):
            continue  # it would come to lie outside
        with contextlib.suppress(OSError):  # there is something of that name already
            place.parent.mkdir(parents=True, exist_ok=True)
            match chance.randrange(8):
                case 0:
                    place.mkdir()
                case 1:
                    place.symlink_to(outside / path)
                case 2:
                    place.symlink_to(chance.choice((outside, outside / "7", folder, Path("missing"), place)))
                case 3:
                    os.mkfifo(place)
                case _:
                    with open(place, "xb") as file:
                        file.write(chance.choice(contents))
        if chance.random() < 0.4:
            with contextlib.suppress(OSError):
                os.utime(place, (1e9, 1e9), follow_symlinks=False)  # long ago
