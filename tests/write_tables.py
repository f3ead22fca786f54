"""Write what is known of the catalogue's architectures without PyTorch: the files of resources/tables.

python tests/write_tables.py
"""

from __future__ import annotations

from core import networks
from core.catalog import ARCHITECTURES
from core.convolution.known_tables import path_of, to_json
from core.networks.weight_files import table_of


def main() -> None:
    """Write a file for each architecture."""
    for architecture in ARCHITECTURES:
        path = path_of(architecture)
        path.parent.mkdir(exist_ok=True)
        path.write_text(to_json(table_of(networks.build(architecture, seed=0))), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
