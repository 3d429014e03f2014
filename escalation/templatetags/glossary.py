"""The product's words lead to their meaning, each where a page uses it first: of a text by a link, of a control, which can hold none, by a line."""

import re
from functools import lru_cache
from typing import Any, cast

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from escalation.web.glossary import GLOSSARY, anchor_of

register = template.Library()
TAGS = re.compile(r"(<[^>]+>)")
# Links, buttons and headings are something already; names stand in span and strong; what a control is called is read with it.
LEFT = frozenset(
    {"a", "button", "h1", "h2", "h3", "h4", "label", "legend", "summary", "option", "script", "style", "textarea", "strong", "span", "dt"}
)
# What of these is not read as the words of a question.
UNASKED = frozenset({"a", "button", "option", "script", "style", "textarea"})
VOID = frozenset(["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"])
DONE = "words explained"


@lru_cache(16)
def _terms(_language: str) -> tuple[re.Pattern[str], dict[str, str], dict[str, str]]:
    """The words of the glossary in a language, by each the anchor of its meaning, and by the anchor the word. The longest are looked for first."""
    found = {form.casefold(): anchor_of(word) for word, _meaning in GLOSSARY for form in str(word).split(", ")}
    longest = sorted(found, key=len, reverse=True)
    words = {anchor_of(word): str(word) for word, _meaning in GLOSSARY}
    return re.compile(rf"\b({'|'.join(map(re.escape, longest))})(s?)\b", re.IGNORECASE), found, words


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
        return mark_safe(linked(str(self.nodelist.render(context)), _done(context)))  # noqa: S308 - what was rendered, with our own links # nosec


@register.tag
def explaining(parser: Parser, token: Token) -> "Explaining":
    """`{% explaining %} … {% endexplaining %}`: before the form within, the words of the glossary that its questions use and that the page has not
    explained yet; with `{% explaining below %}` after it, where nothing may stand before the question."""
    nodes = parser.parse(("endexplaining",))
    parser.delete_first_token()
    return Explaining(nodes, is_below=token.split_contents()[1:] == ["below"])


class Explaining(template.Node):
    """What is within, with a line that leads to the meaning of its words where there are any."""

    def __init__(self, nodes: NodeList, *, is_below: bool) -> None:
        self.nodelist, self.is_below = nodes, is_below

    def render(self, context: Context) -> SafeString:
        """The words of labels, legends, choices and hints: a link in one would be read as part of its control."""
        html = str(self.nodelist.render(context))
        words = format_html_join(", ", '<a href="{}#{}">{}</a>', ((reverse("help"), anchor, word) for anchor, word in met(html, _done(context))))
        line = format_html('<p class="c-quiet">{} {}</p>', gettext("What the words mean:"), words) if words else ""
        return mark_safe(html + line if self.is_below else line + html)  # noqa: S308 - what was rendered, with our own links # nosec


def _done(context: Context) -> set[str]:
    """The anchors of the words that this page has explained so far."""
    done: set[str] = cast("dict[str, Any]", context.render_context).setdefault(DONE, set())
    return done


def met(html: str, done: set[str]) -> list[tuple[str, str]]:
    """The words that the controls of the markup use and that are not `done`, which then are: each after its anchor, in order of their first use."""
    pattern, anchors, words = _terms(get_language() or "")
    inside, found = list[str](), dict[str, str]()
    for piece in TAGS.split(html):
        if piece.startswith("<"):
            _step(inside, piece)
        elif LEFT & set(inside) and not UNASKED & set(inside):
            keys = [anchors[match[1].casefold()] for match in pattern.finditer(piece)]
            found |= {key: words[key] for key in keys if key not in done}
    done.update(found)
    return list(found.items())


def linked(html: str, done: set[str]) -> str:
    """The markup with a link at the first use of each word that is not `done`, which then are."""
    pattern, anchors, _words = _terms(get_language() or "")
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
