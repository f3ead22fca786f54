"""Finds the glossary's terms in sentences."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from gui.words import translate

if TYPE_CHECKING:
    from gui.words.glossary import Section, Term

_CJK = "\u2e80"  # from here on letters stand without spaces between words


class Spot(NamedTuple):
    """Where a term stands in a text: from `start` up to `end`."""

    start: int
    end: int
    key: str


class Glossary:
    """All terms in one language, ready to be found."""

    def __init__(self) -> None:
        from gui.words.glossary import sections, terms

        self.terms = {term.key: term for term in terms()}
        self.sections: dict[str, Section] = {each.number: each for each in sections()}
        self.forms = {
            form.lower(): term.key for term in self.terms.values() for form in (term.name, *term.also)
        }

    def of_section(self, number: str) -> list[Term]:
        """Return the terms that a section explains."""
        return [term for term in self.terms.values() if term.section == number]


def glossary() -> Glossary:
    """Return the terms in the language that the window speaks now.

    Its sentences are imported when it is first asked for: it takes some milliseconds.
    """
    return _in_language(_language())


def is_at_hand() -> bool:
    """Return whether `glossary` takes no time."""
    return _in_language.cache_info().currsize > 0


def _language() -> str:
    """Return what differs from language to language: what was made for another one is out of date."""
    from gui.words.glossary import convolution

    return convolution()


@lru_cache(maxsize=1)
def _in_language(_sentence: str) -> Glossary:
    return Glossary()


def spots(text: str) -> tuple[Spot, ...]:
    """Return where a plain text has terms: whole words, the longest, each term where it comes first."""
    return _spots(text, _language())


@lru_cache(maxsize=1024)  # some labels change with each stroke, between a few texts
def _spots(text: str, _sentence: str) -> tuple[Spot, ...]:
    lower = text.lower()
    if len(lower) != len(text):  # İ alone gets longer
        return ()
    found: list[Spot] = []
    # No regular expression: to make one of 200 forms would take longer than all searches at the start.
    for form, key in glossary().forms.items():
        place = lower.find(form)
        while place >= 0:
            if _is_whole(lower, place, place + len(form)):
                found.append(Spot(place, place + len(form), key))
            place = lower.find(form, place + 1)
    found.sort(key=lambda spot: (spot.start, -spot.end))
    kept: list[Spot] = []
    at = 0
    for spot in found:
        if spot.start >= at:
            at = spot.end  # what lies within a longer one is no word of its own
            if all(spot.key != other.key for other in kept):
                kept.append(spot)
    return tuple(kept)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a word begins and ends there; in Chinese and Japanese nothing marks that."""
    before, behind = text[start - 1 : start], text[end : end + 1]
    return not (_joins(before, text[start]) or _joins(text[end - 1], behind))


def _joins(left: str, right: str) -> bool:
    return all((each.isalnum() or each == "_") and each < _CJK for each in (left, right)) and left != ""


def marked(text: str, without: str = "") -> str:
    """Return a plain text as HTML in which each term but `without` is a link, with its key as address."""
    parts, at = [], 0
    for spot in spots(text):
        if spot.key != without:
            word = escape(text[spot.start : spot.end])
            parts += [escape(text[at : spot.start]), f'<a href="{spot.key}">{word}</a>']
            at = spot.end
    return "".join(parts) + escape(text[at:])


def tip(key: str) -> str:
    """Return a term's name, section and sentences as a tool tip."""
    term = glossary().terms[key]
    section = f" &nbsp; {escape(book_section(term.section))}" if term.section else ""
    return f"<qt><b>{escape(term.name)}</b>{section}<br>{escape(term.text)}</qt>"


def book_section(number: str) -> str:
    """Return what a section of Dive into Deep Learning is called in few letters."""
    return translate("Glossary", "d2l {section}").format(section=number)
