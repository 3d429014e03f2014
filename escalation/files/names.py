"""The name that a person's computer gave to a file: kept as words, never used as a place."""

import unicodedata

from agencies.marks import gettext_noop
from escalation.files.refusal import Refused

LONGEST = 150
# What some system takes for more than a letter of a name.
UNSAFE = '<>:"|?*'
# What stands in a name in place of what could not be read, NUL among it.
REPLACED = "\ufffd"


def checked_name(name: str) -> str:
    """The name, composed and without outer spaces and dots. Raises Refused for a path, for signs that nobody sees, and for more than 150."""
    words = unicodedata.normalize("NFC", name).strip(" .")
    if not words:
        raise Refused(gettext_noop("The file has no name. Give it one, then attach it."))
    if REPLACED in words or any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for sign in words):
        raise Refused(gettext_noop("The file’s name holds signs that cannot be seen. Rename the file, then attach it."))
    if "/" in words or "\\" in words:
        raise Refused(gettext_noop("The file’s name holds a path. Rename the file, then attach it."))
    if len(words) > LONGEST:
        raise Refused(gettext_noop("The file’s name has more than {n} characters. Rename the file, then attach it."), n=LONGEST)
    return words


def name_to_save(name: str, ending: str) -> str:
    """The name under which it is given out: with the ending of what it is, and nothing that a computer takes for a place."""
    stem = name.rpartition(".")[0] or name
    safe = "".join("_" if sign in UNSAFE or sign in "/\\" else sign for sign in stem).strip(" .")
    return f"{safe or 'file'}.{ending}"
