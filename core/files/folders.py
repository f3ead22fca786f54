"""Where the program keeps what a user makes."""

from __future__ import annotations

from pathlib import Path


def user_folder(name: str) -> Path:
    """The program's folder `name` (`runs`, `my_digits`, `taught`, `drawing`) among the user's data."""
    return data_folder() / name


def data_folder() -> Path:
    """The program's folder where the system keeps a user's data."""
    from platformdirs import user_data_path  # here: only who keeps something waits for it

    return user_data_path("lenet-lab", appauthor=False)
