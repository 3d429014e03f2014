"""The words of three reporting years together: those of a year, said of three."""

import re

from reports.figures import Document
from reports.said import reworded

WORDS = (
    (re.compile(r"\bFigures of the year before stand\b"), "Figures of the years before stand"),
    (re.compile(r"\b([Tt])he year's\b"), r"\1he three years'"),
    (re.compile(r"\bThe year runs\b"), "The three years run"),
    (re.compile(r"\bwhile the year runs\b"), "while the three years run"),
    # The year before stands beside no three, and three that are not over are not published.
    (re.compile(r"\b([Tt])he year\b(?! (?:before|is not over))"), r"\1he three years"),
    (re.compile(r"\bWhole year\b"), "All three years"),
    (re.compile(r"\bin this one\b"), "in these"),
    (re.compile(r"\braised in it or before\b"), "raised in them or before"),
    (re.compile(r"\bin the quarter\b"), "in the year"),
    (re.compile(r"\bby quarter\b"), "by year"),
    (re.compile(r"^Quarter$"), "Year"),
)


def of_three_years(document: Document) -> Document:
    """The same document, its own sentences speaking of three years and not of one."""
    return reworded(document, WORDS)
