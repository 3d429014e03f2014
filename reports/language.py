"""In which language a document is shown: the one in which its words were kept, whole, whatever language is in force; else the one in force."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import TypeVar

from django.utils import translation

from reports.figures import Document

ENGLISH = "en-gb"
Made = TypeVar("Made")


def in_its_language(document: Document, otherwise: str = "") -> AbstractContextManager[object]:
    """With it headings, units, dates and signs are in the language of the document's own words; of one that has none, in `otherwise` or the one in
    force."""
    language = document.language or otherwise
    return translation.override(language) if language else nullcontext()


def whole(make: Callable[[Document], Made]) -> Callable[[Document], Made]:
    """The same function, which makes what it makes in the language of its document."""

    @wraps(make)
    def made(document: Document) -> Made:
        with in_its_language(document):
            return make(document)

    return made
