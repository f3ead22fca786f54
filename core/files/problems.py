"""Failures of the file system, turned into sentences for a person."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from core.errors import FileProblem


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
