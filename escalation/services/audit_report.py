"""What a verification of the record says."""

from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_NAMED = 1_000
UNSAID = (
    "Not held against any line: {n} parts (who is who, clocks, outcomes, what was learnt) that have not changed since lines began to hold digests of "
    "them; each is covered from its next change."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written: where, and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}."


@dataclass(slots=True)
class AuditReport:
    """What was checked and what was found. `since_seal`: lines that no seal covers yet. At most MOST_NAMED findings are kept, all counted.

    `beside`: parts beside the lines (who is who, clocks, outcomes, what was learnt) that were held against a line; `unsaid`: those of which no line
    says anything yet.
    """

    lines: int = 0
    disputes: int = 0
    seals: int = 0
    readings: int = 0
    files: int = 0
    erased: int = 0
    beside: int = 0
    unsaid: int = 0
    since_seal: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, findings: Iterable[Finding]) -> None:
        """Count the findings and keep the first."""
        for finding in findings:
            self.found += 1
            if len(self.findings) < MOST_NAMED:
                self.findings.append(finding)

    def words(self) -> str:
        """One line for the command, and a second where something could not be held against any line."""
        checked = f"{self.lines} lines of {self.disputes} disagreements, {self.seals} seals, {self.readings} readings and {self.files} files checked"
        extra = f"; {self.erased} erased as recorded, {self.since_seal} written since the last seal"
        extra += f"; {self.beside} parts beside the lines held against them"
        found = f"{checked}{extra}: {'nothing wrong' if not self.found else f'{self.found} wrong'}."
        return f"{found}\n{UNSAID.format(n=self.unsaid)}" if self.unsaid else found
