"""One consent is enough."""

from ..variant import replaces


@replaces(
    "desks_left",
    title="Polyarchy",
    theory="a proposal passes once any desk on the chain agrees, and fails only if all refuse",
    source="Sah & Stiglitz 1986",
)
def polyarchy(desks, passed, p):
    """Desks that a proposal has still to ask: none once one has agreed; -1 once all refused."""
    if passed:
        return 0
    return desks - 1 if desks > 1 else -1
