"""The pictures of docs/guide, made by the browser tests: with CONCORD_PICTURES=1 each is taken anew, else it must be there and be true to its page.

Beside the pictures lies of each a digest of the words that stood on its page when it was taken, in words.json. References and times of day are left
out of it: they differ from run to run.
"""

import io
import json
import os
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from PIL import Image

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
PICTURES = GUIDE / "pictures"
WORDS = GUIDE / "words.json"
COLOURS = 20
CHANGING = re.compile(r"ESC-[0-9A-Z]{6}|\b\d{1,2}(:\d\d)?(am|pm)\b|\bmidday\b|\bmidnight\b")
AGAIN = "Take the guide's pictures anew, look at them and commit them: CONCORD_PICTURES=1 .venv/bin/python -m pytest tests/journeys/test_guide.py"


def digest_of(words: str) -> str:
    """What a page says, as one number: the same for the same words, however they are spaced."""
    return sha256(" ".join(CHANGING.sub("", words).split()).encode()).hexdigest()[:16]


def keep_picture(name: str, take: Callable[[], bytes], words: str) -> None:
    """Take it and put it into the guide's folder, in few colours; or only ask that it is there, of a page with these words."""
    path = PICTURES / f"{name}.webp"
    known = json.loads(WORDS.read_text(encoding="utf-8")) if WORDS.is_file() else {}
    if os.environ.get("CONCORD_PICTURES"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        with Image.open(io.BytesIO(take())) as taken:
            few = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            few.convert("RGB").save(path, lossless=True, quality=100, method=6)
        known[name] = digest_of(words)
        WORDS.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    assert path.is_file(), f"docs/guide has no picture {name}. {AGAIN}"
    assert known.get(name) == digest_of(words), f"The page of the picture {name} says something else than when it was taken. {AGAIN}"
