"""The checksum of figures: pure."""

import json
from hashlib import sha256
from typing import Any


def checksum_of(data: Any) -> str:  # noqa: ANN401 - JSON's own types
    """SHA-256 of the data as JSON in one agreed spelling, as hexadecimal digits."""
    return sha256(json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
