"""Plain text: UTF-8, or UTF-16 that says so; kept as UTF-8."""

import codecs

from agencies.marks import gettext_noop
from escalation.files.refusal import Refused

MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ALLOWED = frozenset("\t\n\r\f")


def cleaned_text(content: bytes) -> bytes:
    """The text as UTF-8 without a mark. Raises Refused for another encoding and for what no text holds."""
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise Refused(gettext_noop("The file is not plain text that can be read everywhere. Save it as text in UTF-8, then attach it.")) from None
    if any(sign < " " and sign not in ALLOWED for sign in text):
        raise Refused(gettext_noop("The file holds signs that no plain text has. Save it as text in UTF-8, then attach it."))
    if not text.strip():
        raise Refused(gettext_noop("The file is empty. Choose another."))
    return text.encode()
