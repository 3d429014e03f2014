"""What is written on the pages of a PDF."""

import re
from typing import Any

import pikepdf


def words(page: pikepdf.Page) -> str:
    """Everything that is written on a page, decoded by the fonts' own tables."""
    fonts = {name: letters(font) for name, font in page.Resources.Font.items()}
    said, font = [], dict[str, str]()
    stream: Any = pikepdf.parse_content_stream(page)
    for operands, operator in stream:
        if str(operator) == "Tf":
            font = fonts[str(operands[0])]
        elif str(operator) in {"Tj", "TJ"}:
            parts = operands[0] if str(operator) == "TJ" else operands
            glyphs = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String)).hex()
            said.append("".join(font.get(glyphs[at : at + 4], "") for at in range(0, len(glyphs), 4)))
    return "".join(said)


def letters(font: Any) -> dict[str, str]:
    """The letters by the glyph's number, as four hexadecimal digits."""
    pairs = re.findall(rb"<([0-9a-f]{4})> <((?:[0-9a-f]{4})+)>", font.ToUnicode.read_bytes().lower())
    return {glyph.decode(): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}
