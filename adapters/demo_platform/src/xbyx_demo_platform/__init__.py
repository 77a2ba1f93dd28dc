"""A demonstration host platform: its own tables, synthetic data, defects planted from a seed.

Takes: an SQLAlchemy engine and a seed.
Gives: `build`, a filled platform; `adapter.ADAPTER`, its mapping; `year.run_year`, its year;
    `keep_papers`, its registers and books.
May assume: an empty database.
Refuses: to fill one twice.
"""

from sqlalchemy import Engine

from .books import keep_books
from .building import Planted, PlantedSchool, build
from .supervision import PlantedDoubt, keep_registers

__all__ = ["Planted", "PlantedDoubt", "PlantedSchool", "build", "keep_papers"]


def keep_papers(engine: Engine, seed: int) -> tuple[PlantedDoubt, ...]:
    """Fill the registers and the books of a platform whose year was run.

    Returns:
        The faults planted for supervision to find.
    """
    keep_books(engine, seed)
    return keep_registers(engine, seed)
