"""A fault planted in the registers or in the year's records."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PlantedDoubt"]


@dataclass(frozen=True, slots=True)
class PlantedDoubt:
    """The anchor of the check that should find it, and the school, or the district, it is in."""

    check: str
    where: str
