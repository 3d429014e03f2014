"""What is read out of the directory is kept in memory until the directory changes."""

from collections.abc import Callable
from functools import lru_cache
from typing import Generic, ParamSpec, TypeVar

from agencies.models import DirectoryEdition
from agencies.ready import Ready

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
_MARK: Ready[tuple[str]] = Ready(lambda: DirectoryEdition.objects.values_list("mark").order_by()[:1])


def current_edition() -> str:
    """The mark of the directory as this transaction sees it, in one short query; empty where nothing was ever entered."""
    return (_MARK.first() or ("",))[0]


def hold_still() -> None:
    """Inside a transaction: whoever writes the directory waits from here on until it is over, as they do for each other once they have written.

    What is read of it after this is what stands when one's own change is committed. Rows that one will write are locked before (decision 18).
    """
    list(DirectoryEdition.objects.select_for_update().order_by())


class Kept(Generic[Asked, Answer]):
    """A function of the directory and of its arguments, with the answers that it gave last. They are shared by all who ask and must not be changed.

    The mark is asked for first, in the asker's own transaction: a change counts from the moment at which it is committed, in every process; one's own
    counts at once, and only for oneself until then.
    """

    def __init__(self, read: Callable[Asked, Answer], most: int) -> None:
        @lru_cache(most)
        def kept(_edition: str, /, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
            return read(*asked, **named)

        self._read, self._kept = read, kept

    def __call__(self, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
        """The answer in the directory as it is now: one query where it was given before."""
        return self.of(None, *asked, **named)

    def of(self, edition: str | None, /, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
        """The answer in the edition whose mark the asker has read already: no query where it was given before. None asks for the mark."""
        edition = current_edition() if edition is None else edition
        return self._kept(edition, *asked, **named) if edition else self._read(*asked, **named)  # type: ignore[arg-type] # what is asked is hashable


def kept_while_unchanged(most: int) -> Callable[[Callable[Asked, Answer]], Kept[Asked, Answer]]:
    """Keeps the last `most` answers of a function of the directory and its arguments (which must be hashable), in each process, for as long as nobody
    changes the directory."""
    return lambda read: Kept(read, most)
