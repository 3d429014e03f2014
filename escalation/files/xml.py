"""Reading the XML inside a packed document without building anything, and without believing what it declares."""

from collections.abc import Callable
from xml.parsers import expat

from escalation.files.refusal import Refused

Look = Callable[[str, dict[str, str]], None]
DECLARES = "The document declares parts of its own that could reach outside it. Save it again with your word processor, then attach it."
BROKEN = "The document is damaged. Open it, save it again, then attach it."
MOST_DEEP = 400


def walk(content: bytes, look: Look, *, text: Callable[[str], None] | None = None) -> None:
    """Calls `look(name, attributes)` for each element and `text` for what stands between. Raises Refused for a DOCTYPE, an entity, or bad XML."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def declares(*_args: object) -> None:
        raise Refused(DECLARES)

    def begins(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEEP:
            raise Refused(BROKEN)
        look(name, attributes)

    def ends(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = declares  # type: ignore[assignment]
    parser.StartElementHandler, parser.EndElementHandler = begins, ends
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes it by position: the last of the content
    except expat.ExpatError:
        raise Refused(BROKEN) from None
