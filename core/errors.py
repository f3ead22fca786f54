"""Expected failures, as sentences for a person."""

from __future__ import annotations

import functools
from typing import Any


class LabError(Exception):
    """An expected failure, as a sentence for a person: what happened, what was kept, what to do.

    The sentence is a template with named fields, so that a translation can put them in its own order. The
    template is always a literal where it is raised; a field may be a LabError itself.
    """

    def __init__(self, template: str, **fields: Any) -> None:
        super().__init__(template.format(**fields))
        self.template = template
        self.fields = fields

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions cross the border between processes, and pickle would forget the fields.
        return functools.partial(type(self), self.template, **self.fields), ()


class FileProblem(LabError):
    """A file is missing, damaged, or not what it claims to be."""


class DeviceUnavailable(LabError):
    """The computer has no such device, or PyTorch cannot use it."""
