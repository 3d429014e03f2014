"""Reading the XML inside a packed document without building anything, and without believing what it declares."""

from collections.abc import Callable, Sequence
from xml.parsers import expat

from agencies.marks import gettext_noop
from escalation.files.refusal import Refused

Look = Callable[[str, dict[str, str]], None]
Text = Callable[[Sequence[str], str], None]
Over = Callable[[str], None]
DECLARES = gettext_noop("The document declares parts of its own that could reach outside it. Save it again with your word processor, then attach it.")
BROKEN = gettext_noop("The document is damaged. Open it, save it again, then attach it.")
MOST_DEEP = 400


def local(name: str) -> str:
    """The name of an element or attribute without the space that it belongs to."""
    return name.rpartition(" ")[2]


def value_of(given: dict[str, str], wanted: str) -> str:
    """The attribute's value, whatever space it claims; empty where there is none."""
    return next((value for name, value in given.items() if local(name) == wanted), "")


def walk(content: bytes, look: Look, *, text: Text | None = None, over: Over | None = None) -> None:
    """Calls `look(name, attributes)` for each element, `text(names of what it stands in, words)` for what stands between, `over(name)` at its end.

    A name is "space local", or "local" where it has no space: the prefix is the writer's to choose and says nothing. Raises Refused for a DOCTYPE,
    an entity, or bad XML.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    inside: list[str] = []

    def declares(*_args: object) -> None:
        raise Refused(DECLARES)

    def begins(name: str, attributes: dict[str, str]) -> None:
        inside.append(name)
        if len(inside) > MOST_DEEP:
            raise Refused(BROKEN)
        look(name, attributes)

    def ends(name: str) -> None:
        inside.pop()
        if over is not None:
            over(name)

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = declares  # type: ignore[assignment]
    parser.StartElementHandler, parser.EndElementHandler = begins, ends
    if text is not None:
        parser.CharacterDataHandler = lambda words: text(inside, words)
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes it by position: the last of the content
    except expat.ExpatError:
        raise Refused(BROKEN) from None
