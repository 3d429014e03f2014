"""The product's words lead to their meaning, each where a page uses it first."""

import re
from functools import lru_cache
from typing import Any, cast

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from escalation.web.glossary import GLOSSARY, anchor_of

register = template.Library()
TAGS = re.compile(r"(<[^>]+>)")
# Links, buttons and headings are something already; names stand in span and strong; what a control is called is read with it.
LEFT = frozenset(
    {"a", "button", "h1", "h2", "h3", "h4", "label", "legend", "summary", "option", "script", "style", "textarea", "strong", "span", "dt"}
)
VOID = frozenset(["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"])
DONE = "words explained"


@lru_cache(16)
def _terms(_language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """The words of the glossary in a language, and by each the anchor of its meaning. The longest are looked for first."""
    found = {form.casefold(): anchor_of(word) for word, _meaning in GLOSSARY for form in str(word).split(", ")}
    longest = sorted(found, key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, longest))})(s?)\b", re.IGNORECASE), found


@register.tag
def glossed(parser: Parser, _token: Token) -> "Glossed":
    """`{% glossed %} … {% endglossed %}`: a word of the glossary within is a link to its meaning where the page uses it for the first time."""
    nodes = parser.parse(("endglossed",))
    parser.delete_first_token()
    return Glossed(nodes)


class Glossed(template.Node):
    """What is within, with the links."""

    def __init__(self, nodes: NodeList) -> None:
        self.nodelist = nodes

    def render(self, context: Context) -> SafeString:
        """The words in texts alone, never in a tag, a link, a button, a heading or a name."""
        done: set[str] = cast("dict[str, Any]", context.render_context).setdefault(DONE, set())
        return mark_safe(linked(str(self.nodelist.render(context)), done))  # noqa: S308 - what was rendered, with our own links # nosec


def linked(html: str, done: set[str]) -> str:
    """The markup with a link at the first use of each word that is not `done`, which then are."""
    pattern, anchors = _terms(get_language() or "")
    inside, pieces = list[str](), list[str]()

    def link(match: re.Match[str]) -> str:
        anchor = anchors[match[1].casefold()]
        if anchor in done:
            return match[0]
        done.add(anchor)
        return f'<a href="{reverse("help")}#{anchor}">{match[0]}</a>'

    for piece in TAGS.split(html):
        if piece.startswith("<"):
            _step(inside, piece)
            pieces.append(piece)
        else:
            pieces.append(piece if LEFT & set(inside) else pattern.sub(link, piece))
    return "".join(pieces)


def _step(inside: list[str], tag: str) -> None:
    """Into or out of an element. A hint is read as part of its control, so it counts as one."""
    name = re.split(r"[\s/>]", tag.lstrip("</"), maxsplit=1)[0].lower()
    if tag.startswith("</"):
        if inside:
            inside.pop()
    elif name not in VOID and not tag.startswith("<!"):
        inside.append("label" if "govuk-hint" in tag else name)
