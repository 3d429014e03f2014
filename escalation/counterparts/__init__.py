"""Who acts next on a side of a stage, why that person, and who else if not: worked out over the directory as it stands on one day.

The order is: the level or the named role, its post, the holder, dated cover for the holder, a deputy; an empty level passes to the next one up in the
same agency; in a flat agency the same person acts at more than one stage; then the agency that acts for it; where nobody can, the business unit is
asked to recommend somebody. Nothing here writes, and nothing but `Directory.load` reads the database.
"""

from .directory import Directory
from .records import AgencyCard, Candidate, Counterpart, How

__all__ = ["AgencyCard", "Candidate", "Counterpart", "Directory", "How"]
