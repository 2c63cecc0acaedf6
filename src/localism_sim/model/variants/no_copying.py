"""Nobody learns from colleagues."""

from ..network import NOBODY
from ..variant import replaces


@replaces(
    "most_appealing",
    title="No copying",
    theory="the null: staff never copy colleagues, so what spreads was found alike by many",
    source="Volden, Ting & Carpenter 2008",
)
def no_copying(staff, service, w, p, month):
    """The colleague to copy: nobody. Visits to other places are copied as `contact_rate` says."""
    return NOBODY
