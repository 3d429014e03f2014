"""The file that answers a request for access: a ZIP with a page to read, a table, the same as data, and the attached files that are given."""

import csv
import html
import io
import json
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from agencies.sheets import neutral
from escalation.engine.file_store import whole
from escalation.models import Attachment

STYLE = "body{font:1rem/1.5 sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}h2{margin-top:2rem}pre{white-space:pre-wrap;font:inherit}"


@dataclass(frozen=True, slots=True)
class Given:
    """A piece as it is given; `file` goes with it."""

    section: str
    head: str
    text: str
    file: Attachment | None = None


def write(out: BinaryIO, about: Mapping[str, str], given: Sequence[Given]) -> None:
    """The whole answer. A file lies under a name of the product's own: what somebody called it may name somebody.

    Raises WrongState where a file is no longer what was attached.
    """
    files = [each.file for each in given if each.file is not None]
    names = {file.pk: f"files/{number}.{file.kind}" for number, file in enumerate(files, 1)}
    lines = [{"section": each.section, "what": each.head, "text": each.text, "file": names[each.file.pk] if each.file else ""} for each in given]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("what-is-kept.html", _page(about, lines))
        archive.writestr("what-is-kept.csv", _table(lines))
        archive.writestr("what-is-kept.json", json.dumps({**about, "pieces": lines}, ensure_ascii=False, indent=1))
        for file in files:
            with whole(file.stored, file.sha256) as content, archive.open(names[file.pk], "w") as inside:
                shutil.copyfileobj(content, inside)


def _page(about: Mapping[str, str], lines: Sequence[dict[str, str]]) -> str:
    """A page without anything that is fetched."""
    parts, section = [], ""
    for line in lines:
        if line["section"] != section:
            section = line["section"]
            parts.append(f"<h2>{html.escape(section)}</h2>")
        parts.append(f"<h3>{html.escape(line['what'])}</h3><pre>{html.escape(line['text'])}</pre>")
        if line["file"]:
            itself = html.escape(_("The file itself:"))
            parts.append(f'<p>{itself} <a href="{line["file"]}">{line["file"]}</a></p>')
    title, language = html.escape(_("What is kept")), to_locale(get_language() or settings.LANGUAGE_CODE).replace("_", "-")
    head = f"<h1>{title}</h1><p>{html.escape(about['partnership'])}, {html.escape(about['made_at'])}. {html.escape(about['note'])}</p>"
    top = f'<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style></head>'
    return f"<!DOCTYPE html>{top}<body>{head}{''.join(parts)}</body></html>"


def _table(lines: Sequence[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow((_("Section"), _("What"), _("Text"), _("File")))
    writer.writerows([neutral(line[key]) for key in ("section", "what", "text", "file")] for line in lines)
    return out.getvalue()
