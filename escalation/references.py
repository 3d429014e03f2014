"""The reference of a disagreement, `ESC-` and six letters and digits, as people write it. Pure."""

import re

PREFIX = "ESC"
CODE = 6
# What people read for a letter or digit that the references do not use (Crockford's base 32).
ALIKE = str.maketrans("OIL", "011")


def read_reference(text: str) -> str | None:
    """The reference `ESC-7K3M2Q` from any case and spacing, with or without `ESC`; None for what cannot be one."""
    signs = re.sub(r"[^0-9A-Z]", "", text.upper())
    code = signs.removeprefix(PREFIX) if len(signs) == len(PREFIX) + CODE else signs
    return f"{PREFIX}-{code.translate(ALIKE)}" if len(code) == CODE else None
