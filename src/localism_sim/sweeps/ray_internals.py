"""The one private part of Ray that this package uses.

Nothing public tells where the address `auto` leads without trying to connect, which takes Ray many
minutes where no cluster answers. pyproject.toml allows one minor version alone (ray>=2.60,<2.61).
To allow another, run `pytest -m slow tests/faults/test_clusters.py`.
"""

from __future__ import annotations


def bootstrap_address(address: str) -> str:
    """Host and port of the cluster that `auto`, `local` or `host:port` stands for."""
    from ray._private.services import canonicalize_bootstrap_address

    return str(canonicalize_bootstrap_address(address))
