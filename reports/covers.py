"""The cover of a partnership's reports: colour and mark are chosen, looked at and confirmed. A report that was made keeps the cover it had."""

import re
from base64 import b64encode
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from agencies.errors import InvalidInput, WrongState
from agencies.models import Partnership, User
from agencies.readable import trimmed
from escalation.files.kinds import FileKind
from escalation.files.refusal import Refused
from escalation.services.files.intake import Upload, cleaned_content, refusal_in_words
from reports.figures import Cover, Document
from reports.models import ReportCover, ReportEvent
from reports.report_cover import LONGEST_ALTERNATIVE

WEAKEST = 4.5  # WCAG 2.2, 1.4.3: words in the colour on white, and white words on it.
MOST_BYTES, MOST_KEPT = 200_000, 500_000
LEAST_DOTS, MOST_DOTS = 100, 2_000
PICTURES = frozenset({FileKind.PNG, FileKind.JPEG})
COLOUR = re.compile(r"#?([0-9a-f]{6})")


def cover_of(partnership: Partnership) -> Cover | None:
    """The cover in force; None for our own design."""
    row = chosen_cover(partnership)
    return Cover(row.colour, row.picture, row.alternative) if row and (row.colour or row.picture) else None


def chosen_cover(partnership: Partnership) -> ReportCover | None:
    """The choice that was confirmed last."""
    return ReportCover.objects.filter(partnership=partnership, confirmed_at__isnull=False).select_related("confirmed_by").first()


def waiting_cover(partnership: Partnership) -> ReportCover | None:
    """The choice that waits to be confirmed."""
    return ReportCover.objects.filter(partnership=partnership, confirmed_at__isnull=True).first()


def with_cover(document: Document, partnership: Partnership) -> Document:
    """The document as it is printed today."""
    return replace(document, cover=cover_of(partnership))


def contrast_on_white(colour: str) -> float:
    """How strongly the colour (#rrggbb) stands out from white, 1 to 21, as WCAG 2.2 defines it; the same for white on the colour."""
    return 1.05 / (_luminance(colour) + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio_in_words(colour: str) -> str:
    """Such as "8.9 to 1", never rounded up: what is refused must not read as if it were enough."""
    return _("{ratio} to 1").format(ratio=f"{int(contrast_on_white(colour) * 10) / 10:g}")


def choose(
    *, partnership: Partnership, colour: str, upload: Upload | None, keep_mark: bool, alternative: str, by: User, now: datetime
) -> ReportCover:  # fmt: skip
    """Keeps a choice that waits to be confirmed, in place of an earlier one. With an `upload` that is the mark, else the one in force or none.

    Raises InvalidInput beside `colour`, `upload` or `alternative`; nothing is kept then.
    """
    strong = _strong(colour)
    current = chosen_cover(partnership) if keep_mark else None
    picture = _mark(upload) if upload is not None else current.picture if current else ""
    words = trimmed(alternative) if picture else ""
    if picture and not words:
        raise InvalidInput(_("Say in words what the mark shows, for those who cannot see it."), field="alternative")
    if len(words) > LONGEST_ALTERNATIVE:
        raise InvalidInput(
            _("At most {most} characters; this has {number}.").format(most=LONGEST_ALTERNATIVE, number=len(words)), field="alternative"
        )
    with transaction.atomic():
        Partnership.objects.select_for_update().get(pk=partnership.pk)
        ReportCover.objects.filter(partnership=partnership, confirmed_at__isnull=True).delete()
        return ReportCover.objects.create(
            partnership=partnership, colour=strong, picture=picture, alternative=words, chosen_by=by, chosen_at=now
        )  # fmt: skip


def confirm(partnership: Partnership, cover_id: UUID, *, by: User, now: datetime) -> ReportCover:
    """Puts the choice that was looked at in force, and says so on the reports' record. Raises WrongState where it is no longer the one that waits."""
    with transaction.atomic():
        Partnership.objects.select_for_update().get(pk=partnership.pk)
        row = waiting_cover(partnership)
        if row is None or row.pk != cover_id:
            raise WrongState(_("Another cover was chosen meanwhile, or this one was left. Look at it again."))
        row.confirmed_by, row.confirmed_at = by, now
        row.save(update_fields=["confirmed_by", "confirmed_at"])
        mark = "with a mark" if row.picture else "without a mark"
        words = f"Chose the cover of reports: {f'colour {row.colour}' if row.colour else 'our own colour'}, {mark}."
        ReportEvent.objects.create(partnership=partnership, actor=by, words=words, recorded_at=now)
    return row


def leave(partnership: Partnership) -> None:
    """Gives up the choice that waits; the cover in force stays."""
    ReportCover.objects.filter(partnership=partnership, confirmed_at__isnull=True).delete()


def _strong(colour: str) -> str:
    """The colour as #rrggbb, empty for our own. Raises InvalidInput for another writing, and for one that is too weak on white."""
    typed = colour.strip().lower()
    if not typed:
        return ""
    found = COLOUR.fullmatch(typed)
    if found is None:
        raise InvalidInput(_("Write the colour as # and six figures or letters from a to f, such as #0d5257."), field="colour")
    plain = f"#{found[1]}"
    if contrast_on_white(plain) < WEAKEST:
        words = _("This colour is too weak on white: {ratio}, where at least {least} to 1 is needed for everybody to read it. Choose a darker one.")
        raise InvalidInput(words.format(ratio=ratio_in_words(plain), least=f"{WEAKEST:g}"), field="colour")
    return plain


def _mark(upload: Upload) -> str:
    """The mark as a data address, cleaned and written anew. Raises InvalidInput beside `upload`."""
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InvalidInput(_("The picture is larger than {n} kB. Make it smaller.").format(n=MOST_BYTES // 1_000), field="upload")
    try:
        looked, clean = cleaned_content(upload.name or "", content, most=MOST_BYTES)
    except Refused as refusal:
        raise InvalidInput(refusal_in_words(refusal), field="upload") from None
    if looked.kind not in PICTURES:
        raise InvalidInput(_("Choose a picture: a PNG or a JPEG."), field="upload")
    with Image.open(BytesIO(clean)) as picture:
        wide, high = picture.size
    if max(wide, high) < LEAST_DOTS or max(wide, high) > MOST_DOTS or len(clean) > MOST_KEPT:
        words = _("The picture is {wide} by {high} dots. Its longer side must have {least} to {most}.")
        raise InvalidInput(words.format(wide=wide, high=high, least=LEAST_DOTS, most=MOST_DOTS), field="upload")
    return f"data:{looked.kind.media_type};base64,{b64encode(clean).decode()}"
