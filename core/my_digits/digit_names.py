"""The digit that a name says: of a folder, or in a table."""

from __future__ import annotations

import re

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DIGITS = {word: digit for digit, word in enumerate(_WORDS)}
_DIGITS |= {word + plural: digit for word, digit in _DIGITS.items() for plural in ("s", "es")}
_DIGITS |= {sign: digit for digit, sign in enumerate("零一二三四五六七八九")} | {"〇": 0}
_BESIDE_A_DIGIT = frozenset(
    {"class", "cls", "digit", "digits", "label", "no", "nr", "num", "number", *"数字类别标签第号"}
)
FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_TOKENS = re.compile(r"[a-z]+|[0-9]+|[^\W_a-z0-9]")  # others, as Chinese ones, are a word each
_CHARS74K = re.compile(r"sample([0-9]{3})")  # Sample001 holds zeros, Sample010 nines, Sample011 letters


def digit_of(text: str) -> int | None:
    """The digit that a folder's name or a table's cell says: `7`, `seven`, `Class 7`, `Sample008`, `七`."""
    number = number_of(text)
    return number if number is not None and number <= 9 else None


def number_of(text: str) -> int | None:
    """The number up to 99 that a text says, and nothing else; None where it says none, or more than one."""
    text = text.translate(FULL_WIDTH).casefold().strip()
    if sample := _CHARS74K.fullmatch(text):
        return int(sample[1]) - 1 if 1 <= int(sample[1]) <= 10 else None
    text = text.removesuffix(".0")  # as tables that were saved from others have it
    numbers = set()
    for token in _TOKENS.findall(text):
        if token.isascii() and token.isdecimal() and len(token) <= 2:
            numbers.add(int(token))
        elif token in _DIGITS:
            numbers.add(_DIGITS[token])
        elif token not in _BESIDE_A_DIGIT:
            return None
    return numbers.pop() if len(numbers) == 1 else None
