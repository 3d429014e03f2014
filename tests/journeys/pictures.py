"""The pictures of docs/guide, made by the browser tests: with CONCORD_PICTURES=1 each is taken anew, else it must be there."""

import io
import os
from collections.abc import Callable
from pathlib import Path

from PIL import Image

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
PICTURES = GUIDE / "pictures"
COLOURS = 20


def keep_picture(name: str, take: Callable[[], bytes]) -> None:
    """Take it and put it into the guide's folder, in few colours; or only ask that it is there."""
    path = PICTURES / f"{name}.png"
    if os.environ.get("CONCORD_PICTURES"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        with Image.open(io.BytesIO(take())) as taken:
            taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.is_file(), f"docs/guide has no picture {name}: take it with CONCORD_PICTURES=1"
