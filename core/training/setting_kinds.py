"""Kinds of settings and their ranges, from which configs are checked and command line and form are made."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeVar

from core.errors import LabError

T = TypeVar("T")

_LONGEST_NAME = 4096  # letters: a path may be one


class InvalidSetting(LabError, ValueError):
    """A setting that no run can have.

    `setting` is its name in the config; template and fields are the reason, which goes on after the name:
    `must be one of …`.
    """

    def __init__(self, setting: str, template: str, **fields: Any) -> None:
        super().__init__(template, **fields)
        self.setting = setting

    @property
    def reason(self) -> str:
        """The sentence without the name."""
        return str(self.args[0])

    def __str__(self) -> str:
        return f"{self.setting} {self.reason}"

    def __reduce__(self) -> tuple[Any, ...]:
        return functools.partial(InvalidSetting, self.setting, self.template, **self.fields), ()


class Kind:
    """The values that a setting can have."""

    def check(self, name: str, value: Any) -> None:
        """Raise InvalidSetting where the setting `name` cannot be `value`."""
        raise NotImplementedError


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number; a form's arrows go by `step`."""

    least: int
    most: int
    step: int = 1

    def check(self, name: str, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            raise InvalidSetting(
                name, "must be a whole number from {least} to {most}, got {value}", value=value, **vars(self)
            )


@dataclass(frozen=True)
class Decimal(Kind):
    """A number; a form's arrows go by `step`, and it shows `decimals` digits after the point."""

    most: float
    step: float = 1.0
    decimals: int = 2
    least: float = 0.0

    def accepts(self, value: Any) -> bool:
        """Whether it is a number in the range."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and self.least <= value <= self.most

    def check(self, name: str, value: Any) -> None:
        if not self.accepts(value):
            raise InvalidSetting(
                name, "must be a number from {least:g} to {most:g}, got {value}", value=value, **vars(self)
            )


@dataclass(frozen=True)
class Choice(Kind):
    """One of several names."""

    names: Collection[str]

    def check(self, name: str, value: Any) -> None:
        if value not in tuple(self.names):
            raise InvalidSetting(
                name, "must be one of {choices}, got {value}", choices=", ".join(self.names), value=value
            )


@dataclass(frozen=True)
class Name(Kind):
    """Any name; those of the catalogue, if it has any, are to be offered."""

    names: tuple[str, ...] = ()

    def check(self, name: str, value: Any) -> None:
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME:
            raise InvalidSetting(name, "must be a name")


@dataclass(frozen=True)
class Switch(Kind):
    """True or false."""

    def check(self, name: str, value: Any) -> None:
        if not isinstance(value, bool):
            raise InvalidSetting(name, "must be true or false, got {value}", value=value)


def setting(default: T, kind: Kind, help: str | None = None) -> T:
    """A field of a record of settings. `help` is for the command line; None keeps the setting off it."""
    field: T = dataclasses.field(default=default, metadata={"kind": kind, "help": help})
    return field


def kinds(record: Any) -> dict[str, Kind]:
    """The kinds of a record's settings, by name."""
    return {
        field.name: field.metadata["kind"] for field in dataclasses.fields(record) if "kind" in field.metadata
    }


def check(record: Any, prefix: str = "") -> None:
    """Raise InvalidSetting for the first of a record's settings that is not of its kind."""
    for name, kind in kinds(record).items():
        kind.check(prefix + name, getattr(record, name))
