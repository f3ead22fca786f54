"""Expected failures, as sentences for a person."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
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


@contextlib.contextmanager
def as_file_problem(template: str, **fields: Any) -> Iterator[None]:
    """Turn an OSError inside into a FileProblem with this sentence; `{reason}` is the system's.

    Raises:
        FileProblem: whatever is done inside raised an OSError.
    """
    try:
        yield
    except OSError as error:
        raise FileProblem(template, **fields, reason=error.strerror or error) from error
