"""The guide: for each role a page from docs/guide with its pictures, read as the little Markdown that it is written in; every word is escaped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

# The file's name and part of the address; whose guide it is; what about.
GUIDES = (
    ("practitioner", _("Practitioner"), _("you disagree with what another agency decided, or did not do")),
    ("manager", _("Manager"), _("your own staff logged something, or another agency asks you")),
    ("safeguarding-lead", _("Safeguarding lead"), _("all that your agency has open, who stands in, what is learnt")),
    ("board-member", _("Board member, and whoever reads the report"), _("what comes to you, and how to read a figure")),
    ("chair", _("Chair"), _("what was referred to you")),
    ("panel-member", _("Panel member"), _("you are asked to hear a disagreement and to decide with others")),
    ("mediator", _("Mediator"), _("you are asked to help two sides to agree")),
    ("auditor", _("Auditor"), _("you look through a sample of records")),
    ("trainer", _("Trainer"), _("a practice system, and a clock that you move")),
    ("business-unit", _("Business unit"), _("the board, the directory, the report")),
    ("administrator", _("Administrator"), _("people, cover, contacts, the import, the calendar, signing in")),
)
ROLES = frozenset(role for role, *_words in GUIDES)
# A picture is one screen of a desk.
PICTURE = re.compile(r"!\[([^\]]+)\]\(pictures/([a-z-]+\.webp)\)")
ITEM = re.compile(r"(?:-|\d+\.) +")
WITHIN = re.compile(r"\*([^*]+)\*|`([^`]+)`|\[([^\]]+)\]\(([a-z-]+)\.md\)")


class Kind(StrEnum):
    """What a piece of a page is."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    PICTURE = "picture"
    LIST = "list"
    STEPS = "steps"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a page, its lines ready to be shown; of a picture its words, and where it lies."""

    kind: Kind
    lines: tuple[str, ...]
    picture: str = ""


def blocks(text: str) -> Iterator[Block]:
    """A page's pieces in order: headings, paragraphs, lists, and pictures that stand alone. What it does not know stays a paragraph."""
    for kind, pieces in groupby(_pieces(text), key=_kind):
        if kind in {Kind.LIST, Kind.STEPS}:
            yield Block(kind, tuple(_inline(ITEM.sub("", piece, count=1)) for piece in pieces))
        else:
            yield from (_block(kind, piece) for piece in pieces)


def _pieces(text: str) -> Iterator[str]:
    """Headings, items and paragraphs, each in one line."""
    piece: list[str] = []
    for line in [*text.splitlines(), ""]:
        begins = not line or line.startswith("#") or ITEM.match(line) or (piece and piece[0].startswith("#"))
        if begins and piece:
            yield " ".join(piece)
            piece = []
        if line:
            piece.append(line.strip())


def _kind(piece: str) -> Kind:
    if piece.startswith("#"):
        return Kind.TITLE if piece.startswith("# ") else Kind.HEADING
    if ITEM.match(piece):
        return Kind.LIST if piece.startswith("-") else Kind.STEPS
    return Kind.PICTURE if PICTURE.fullmatch(piece) else Kind.TEXT


def _block(kind: Kind, piece: str) -> Block:
    if kind == Kind.PICTURE and (found := PICTURE.fullmatch(piece)):
        return Block(kind, (found[1],), static(f"guide/{found[2]}"))
    return Block(kind, (_inline(piece.lstrip("# ") if kind in {Kind.TITLE, Kind.HEADING} else piece),))


def _inline(text: str) -> SafeString:
    """A paragraph's words with what is stressed in them, and its links to other pages of the guide."""
    parts: list[tuple[str]] = []
    end = 0
    for found in WITHIN.finditer(text):
        parts += [(text[end : found.start()],), (_marked(found),)]
        end = found.end()
    return format_html_join("", "{}", [*parts, (text[end:],)])


def _marked(found: re.Match[str]) -> SafeString:
    stressed, literal, words, page = found.groups()
    if page:
        return format_html('<a href="{}">{}</a>', reverse("guide", args=[page]), words)
    return format_html("<code>{}</code>", literal) if literal else format_html("<strong>{}</strong>", stressed)


def text_of(role: str) -> str:
    """The page's text in the language in force where the catalogue's folder has it, else in English."""
    locale = to_locale(get_language() or settings.LANGUAGE_CODE)
    translated = [Path(folder) / locale / "guide" / f"{role}.md" for folder in settings.LOCALE_PATHS]
    english = settings.CONCORD_GUIDE / f"{role}.md"
    return next((path for path in translated if path.is_file()), english).read_text(encoding="utf-8")


@require_safe
def guide(request: HttpRequest, role: str) -> HttpResponse:
    """One role's page of the guide, for anybody signed in."""
    if role not in ROLES:
        raise Http404
    title, *pieces = blocks(text_of(role))
    return render(request, "escalation/guide.html", {"title": title.lines[0], "blocks": pieces, "others": [row for row in GUIDES if row[0] != role]})
