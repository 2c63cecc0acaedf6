"""A chain that delays and does not judge."""

from ..variant import replaces


@replaces(
    "desk_passes",
    title="Desks only delay",
    theory="desks pass every proposal on, so a chain costs time and stops nothing",
    source="the contrary of screening, Sah & Stiglitz 1986",
)
def desks_only_delay(good, u, p):
    """Whether one desk lets a proposal through: always."""
    return True
