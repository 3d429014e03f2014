"""What is read out of the directory is kept in memory until the directory changes."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from agencies.models import DirectoryEdition

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def current_edition() -> str:
    """The mark of the directory as this transaction sees it, in one short query; empty where nothing was ever entered."""
    return DirectoryEdition.objects.values_list("mark", flat=True).order_by().first() or ""


def kept_while_unchanged(most: int) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Keeps the last `most` answers of a function of the directory and its arguments (which must be hashable), in each process, for as long as nobody
    changes the directory. What it answers is shared by all who ask and must not be changed.

    The mark is asked for first, in the asker's own transaction: a change counts from the moment at which it is committed, in every process; one's own
    counts at once, and only for oneself until then.
    """

    def keep(read: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        @lru_cache(most)
        def kept(_edition: str, /, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
            return read(*asked, **named)

        @wraps(read)
        def answer(*asked: Asked.args, **named: Asked.kwargs) -> Answer:
            edition = current_edition()
            return kept(edition, *asked, **named) if edition else read(*asked, **named)  # type: ignore[arg-type] # what is asked is hashable

        return answer

    return keep
