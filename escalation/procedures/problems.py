"""What is wrong with a procedure file: every mistake at once, each with its place and a plain sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

from agencies.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: the file, where in it (a stage, a clock; empty for the file's head), the field, and what to do about it."""

    file: str
    where: str
    field: str
    message: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.where, self.field) if part)
        return f"{self.file}: {place}: {self.message}" if place else f"{self.file}: {self.message}"


class ProcedureProblems(InvalidInput):
    """A procedure that cannot be read. `problems` holds every mistake that was found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
