"""What is wrong with a page's HTML: the standard's parse errors, then what a parser lets pass, then what the house asks of every page."""

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element, tostring

from tests.parsed import parsed

CONTROLS = {"button", "input", "meter", "output", "progress", "select", "textarea"}
TYPED = {"input", "select", "textarea"}
INTERACTIVE = {"a", "button", "details", "iframe", "input", "label", "select", "summary", "textarea"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
FLOW = HEADINGS | {
    "address", "article", "aside", "blockquote", "details", "dialog", "div", "dl", "fieldset", "figure", "footer", "form", "header", "hr", "main",
    "nav", "ol", "p", "pre", "section", "table", "ul",
}  # fmt: skip
PHRASING_ONLY = HEADINGS | {"abbr", "b", "button", "cite", "code", "em", "i", "label", "p", "pre", "small", "span", "strong", "time"}
# What may stand straight in whom; words belong into one of these.
INSIDE = {
    "ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "select": {"option", "optgroup"}, "tr": {"th", "td"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot"},
}  # fmt: skip
FIRST_IN = {"legend": "fieldset", "summary": "details", "caption": "table"}
POINTERS = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "headers", "form", "list")
NAMED = {"a", "button", "summary", "legend", "caption", "title", *HEADINGS}
# What no two forms have in common, whatever they do.
EACH_FORMS_OWN = {"csrfmiddlewaretoken", "sending"}
Around = tuple[Element, ...]


def faults(html: str) -> list[str]:
    """What is wrong with a whole page, in words; empty where nothing is."""
    parser = parsed(html)
    # Somebody's typed text is shown to the letter, with characters too that HTML has no use for.
    errors = [f"{code} {about} at {position}" for position, code, about in parser.errors if code != "invalid-codepoint"]
    return errors + list(Sheet(parser.tree.get_document()).faults())


def shown(element: Element) -> str:
    """The beginning of an element as text."""
    return " ".join(tostring(element, encoding="unicode", method="html").split())[:160]


def walk(element: Element, around: Around = ()) -> Iterator[tuple[Element, Around]]:
    """Every element of HTML with those around it, the outermost first."""
    if not isinstance(element.tag, str) or element.tag.startswith("{"):
        return
    yield element, around
    for child in element:
        yield from walk(child, (*around, element))


def words(element: Element) -> str:
    """What an element says."""
    return " ".join("".join(element.itertext()).split())


def spoken(element: Element) -> str:
    """What a screen reader says of an element and what is in it, where no attribute gives it a name."""
    if element.get("aria-hidden") == "true":
        return ""
    inside = (f"{spoken(child) if isinstance(child.tag, str) else ''}{child.tail or ''}" for child in element)
    return f"{element.get('alt') or ''}{element.text or ''}{''.join(inside)}"


def has_lonely_stop(said: str) -> bool:
    """Whether it is one sentence with a full stop: an error on a form has none (as GOV.UK writes them), unless it has more to say."""
    return said.endswith(".") and re.search(r"[.?!]\W*\s", said) is None


class Sheet:
    """A page that was parsed."""

    def __init__(self, root: Element) -> None:
        self.root, self.elements = root, list(walk(root))
        self.ids = Counter(name for one, _ in self.elements if (name := one.get("id")) is not None)
        self.by_id = {one.get("id"): one for one, _ in self.elements}
        self.labelled = {one.get("for") for one, _ in self.elements if one.tag == "label"}

    def faults(self) -> Iterator[str]:
        """Everything that is wrong."""
        yield from self._whole()
        yield from self._errors()
        yield from self._same_names()
        for one, around in self.elements:
            for check in (self._nesting, self._pointing, self._naming, self._without_scripts):
                yield from (f"{said}: {shown(one)}" for said in check(one, around))

    def _whole(self) -> Iterator[str]:
        """One language, title, first heading and main part; ids that come once; headings that skip no level."""
        if not self.root.get("lang"):
            yield "no language"
        # What somebody typed may look like markup, and is shown as it was typed; these are what our own filters make.
        if any(re.search(r"<(time|span)\b", words(one)) for one, _ in self.elements if one.tag == "title"):
            yield "markup in the title"
        for tag in ("title", "h1", "main"):
            if (count := sum(one.tag == tag for one, _ in self.elements)) != 1:
                yield f"{count} × {tag}"
        if sum(one.get("autofocus") is not None for one, _ in self.elements) > 1:
            yield "more than one element asks for the focus"
        yield from (f"id {name!r} comes {count} times" for name, count in self.ids.items() if count > 1 or not re.fullmatch(r"\S+", name))
        levels = [int(one.tag[1]) for one, _ in self.elements if one.tag in HEADINGS]
        # What was just said or is wrong stands before the first heading, as GOV.UK has it.
        body = levels[levels.index(1) :] if 1 in levels else []
        yield from (f"h{after} follows h{before}" for before, after in zip(body, body[1:], strict=False) if after > before + 1)

    def _errors(self) -> Iterator[str]:
        """Where something is wrong the title says so, and the summary comes first, asks for the focus and leads to controls."""
        boxes = [one for one, _ in self.elements if "govuk-error-summary" in (one.get("class") or "").split()]
        # Before anything was sent the same box lists what is still to answer, and is none of an error.
        summaries = [one for one in boxes if one.get("autofocus") is not None or any(part.get("role") == "alert" for part in one.iter())]
        title = next((words(one) for one, _ in self.elements if one.tag == "title"), "")
        if bool(summaries) != title.startswith("Error: "):
            yield f"{len(summaries)} error summaries under the title {title!r}"
        for summary in summaries:
            if summary.get("autofocus") is None or summary.get("tabindex") != "-1":
                yield "the error summary does not get the focus"
            order = [one for one, _ in self.elements if one is summary or one.tag == "h1"]
            if order[0] is not summary:
                yield "the error summary stands after the heading"
            targets = [self.by_id.get((link.get("href") or "")[1:]) for link in summary.iter("a")]
            yield from (f"a full stop after one sentence: {words(one)}" for one in summary.iter("li") if has_lonely_stop(words(one)))
            yield from (f"an error's link leads to {shown(one)}" for one in targets if one is not None and one.tag not in CONTROLS | {"a"})
        described = {name for one, _ in self.elements for name in (one.get("aria-describedby") or "").split()}
        for one, around in self.elements:
            if "govuk-error-message" in (one.get("class") or "").split() and words(one) and not {outer.get("id") for outer in around} & described:
                yield f"an error that describes no control: {shown(one)}"

    def _same_names(self) -> Iterator[str]:
        """Of two links, or two buttons, of one name: whoever hears them apart from what stands around them cannot tell which is which."""
        found: dict[tuple[str, str], dict[object, Element]] = {}
        for one, around in self.elements:
            if one.tag in {"a", "button"}:
                found.setdefault((one.tag, self._name(one).casefold()), {}).setdefault(self._does(one, around), one)
        for (tag, name), does in found.items():
            if name and len(does) > 1:
                yield f"{len(does)} × {tag} {name!r} that do not do the same: " + " | ".join(shown(one) for one in does.values())

    def _name(self, one: Element) -> str:
        """By what name it is heard."""
        labels = [spoken(self.by_id[key]) for key in (one.get("aria-labelledby") or "").split() if key in self.by_id]
        return " ".join((" ".join(labels) or one.get("aria-label") or spoken(one)).split())

    def _does(self, one: Element, around: Around) -> object:
        """Where a link leads, or what pressing a button sends, and where to. The way back leads to a page as it was left: to that page."""
        if one.tag == "a":
            address = one.get("href") or ""
            return address.partition("?")[0] if "govuk-back-link" in (one.get("class") or "").split() else address
        form = self.by_id.get(one.get("form")) if one.get("form") else next((outer for outer in around if outer.tag == "form"), None)
        hidden = [] if form is None else [part for part in form.iter("input") if part.get("type") == "hidden"]
        sent = frozenset((part.get("name"), part.get("value")) for part in (*hidden, one) if part.get("name") not in EACH_FORMS_OWN)
        return one.get("formaction") or ("" if form is None else form.get("action") or ""), sent

    def _nesting(self, one: Element, around: Around) -> Iterator[str]:
        """What the standard allows in whom."""
        tags = [outer.tag for outer in around]
        if one.tag in FLOW and (outer := next((tag for tag in reversed(tags) if tag in PHRASING_ONLY), "")):
            yield f"{one.tag} in {outer}"
        if one.tag in INTERACTIVE or one.get("tabindex") is not None:
            yield from (f"{one.tag} in {tag}" for tag in tags if tag in {"a", "button"} or tag == one.tag == "label")
        if around and one.tag not in {*INSIDE.get(tags[-1], {one.tag}), "script", "template"}:
            yield f"{one.tag} in {tags[-1]}"
        if one.tag in INSIDE and any((text or "").strip() for text in (one.text, *(child.tail for child in one))):
            yield "words straight in it"
        if one.tag in FIRST_IN and (tags[-1] != FIRST_IN[one.tag] or around[-1][0] is not one):
            yield f"not the first in its {FIRST_IN[one.tag]}"

    def _pointing(self, one: Element, around: Around) -> Iterator[str]:
        """What points to something on the page points to what is there."""
        for name in POINTERS:
            yield from (f"{name} points to nothing" for word in (one.get(name) or "").split() if word not in self.ids)
        href = one.get("href") or ""
        if href.startswith("#") and href[1:] not in self.ids:
            yield "a link to nothing on the page"
        if one.tag == "label" and (target := one.get("for")) is not None and (target not in self.ids or self.by_id[target].tag not in CONTROLS):
            yield "a label for no control"

    def _naming(self, one: Element, around: Around) -> Iterator[str]:
        """What can be used or read has a name."""
        named = one.get("aria-label") or one.get("aria-labelledby")
        if one.tag in NAMED and not (named or words(one)):
            yield "no words"
        if one.get("role") == "region" and not named:
            yield "a region without a name"
        if one.tag == "img" and one.get("alt") is None:
            yield "a picture without words"
        labelled = one.get("id") in self.labelled or any(outer.tag == "label" for outer in around)
        if one.tag in TYPED and one.get("type") not in {"hidden", "submit"} and not (named or labelled):
            yield "a control without a name"

    def _without_scripts(self, one: Element, around: Around) -> Iterator[str]:
        """What is there works without scripts; only a passkey and the warning before signing out need them."""
        tags = {outer.tag for outer in around}
        if one.get("hidden") is not None and one.get("data-passkey") is None:
            yield "hidden without scripts"
        if one.tag == "button" and "dialog" not in tags and (one.get("type", "submit") != "submit" or not ("form" in tags or one.get("form"))):
            yield "a button that does nothing without scripts"
        if one.tag == "a" and not one.get("href"):
            yield "a link to nowhere"
        if one.tag == "a" and one.get("role") == "button":
            # Whoever is told of a button presses Space, which only scripts can make a link follow.
            yield "a link that says it is a button"
        if any(name.startswith("on") for name in one.attrib) or (one.get("href") or "").startswith("javascript:"):
            yield "a script in an attribute"
