"""The names of networks, as the window shows them."""

from __future__ import annotations

from pathlib import Path

from core.catalog import SHIPPED
from core.records import Answering, NetworkName
from gui.words import translate
from gui.words.core_texts import core_text


def title_of(name: NetworkName) -> str:
    """Return a shipped model's title; of a path the run's or the file's name; and what it was taught."""
    model = core_text(SHIPPED[name.model].title) if name.model in SHIPPED else name.run
    model = model or Path(name.model).name
    if not name.taught:
        return model
    title = translate("ModelNames", "{model}, taught 1 of my digits")
    if name.taught != 1:
        title = translate("ModelNames", "{model}, taught {count} of my digits")
    return title.format(model=without_brackets(model), count=f"{name.taught:,}")


def title_of_answering(answering: Answering) -> str:
    """Return what the network is called that answers on the pad, with what was done to it."""
    if answering.snapshot is not None:
        return translate("ModelNames", "The network in training")
    title = title_of(answering.info.name)
    network, opened = answering.network, answering.opened
    if network.silenced or network.weights is not opened.weights:
        return translate("ModelNames", "{model}, modified by hand").format(model=without_brackets(title))
    return title


def short_title(name: NetworkName) -> str:
    """Return `title_of` a network without its part in brackets."""
    return without_brackets(title_of(name))


def without_brackets(title: str) -> str:
    """Return a title without its part in brackets."""
    return title.partition(" (")[0]
