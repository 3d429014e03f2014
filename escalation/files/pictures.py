"""Pictures: read whole and written anew, so that nothing but what is seen remains: no place, camera, author or hidden end."""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from agencies.marks import gettext_noop
from escalation.files.kinds import FileKind
from escalation.files.refusal import Refused

MOST_PIXELS = 40_000_000
PNG_END = b"IEND"
LARGE = gettext_noop("The picture has more than 40 million dots. Make it smaller, then attach it.")
FORMATS = {FileKind.PNG: "PNG", FileKind.JPEG: "JPEG"}
# What each is written in; other kinds of colour are turned into the last.
MODES = {FileKind.PNG: ("1", "L", "LA", "I;16", "RGB", "RGBA"), FileKind.JPEG: ("L", "RGB")}
BROKEN = gettext_noop("The picture is damaged or cut off. Open it, save it again, then attach it.")


def cleaned_picture(content: bytes, kind: FileKind) -> bytes:
    """The picture written anew, turned upright. Raises Refused for a damaged, moving or too large one, and for one that something follows."""
    if kind is FileKind.PNG:
        _require_end(content)
    try:
        with Image.open(BytesIO(content), formats=[FORMATS[kind]]) as picture:
            _require_size(picture)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
    except Image.DecompressionBombError:
        raise Refused(LARGE) from None
    except (OSError, SyntaxError, ValueError, EOFError, UnidentifiedImageError):
        raise Refused(BROKEN) from None
    plain = upright if upright.mode in MODES[kind] else upright.convert("RGBA" if kind is FileKind.PNG else "RGB")
    plain.info = {}
    out = BytesIO()
    plain.save(out, FORMATS[kind], **({"quality": 90} if kind is FileKind.JPEG else {}))
    return out.getvalue()


def _require_size(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise Refused(LARGE)
    if getattr(picture, "is_animated", False) and picture.format == "PNG":
        raise Refused(gettext_noop("The picture moves. Attach it as one that stands still."))


def _require_end(content: bytes) -> None:
    """Walks the chunks of a PNG: the last one must end the file."""
    at = 8
    while at + 12 <= len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        at += 12 + length
        if name == PNG_END:
            if at == len(content):
                return
            raise Refused(gettext_noop("Something follows after the end of the picture. Open it, save it again, then attach it."))
    raise Refused(BROKEN)
