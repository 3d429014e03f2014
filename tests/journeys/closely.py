"""One look at a page in a browser, from every side that WCAG 2.2 AA asks about: what each costs is one question to the page."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
# A phone; and at once a desk of 1280 by 1024 whose page is enlarged to 400%.
NARROW, WIDE = {"width": 320, "height": 256}, {"width": 1280, "height": 900}
QUESTIONS = (Path(__file__).parent / "closely.js").read_text(encoding="utf-8").strip()
# What colours hang on: each element that shows words, by its own and its parent's name and classes. No colour stands in a page itself.
DRESSED = """() => {
    const name = one => `${one.localName}.${[...one.classList].sort().join(".")}`;
    const speaks = one => [...one.childNodes].some(part => part.nodeType === Node.TEXT_NODE && part.data.trim());
    return [...new Set([...document.body.querySelectorAll("*")].filter(speaks).map(one => `${name(one.parentElement)} > ${name(one)}`))];
}"""
VIOLATIONS = """rules => axe.run(rules).then(({ violations }) =>
    violations.map(({ impact, id, nodes }) => ({ impact, id, html: nodes[0].html })))"""


def ask(page: Page, question: str) -> list[str]:
    """What is wrong in one respect; `question` is a function of closely.js."""
    found: list[str] = page.evaluate(f"({QUESTIONS}).{question}()")
    return found


_dressed: set[str] = set()


def axe(page: Page) -> list[str]:
    """What axe finds, however small. Nothing but that is brought out of the page: to bring all that axe says took half of the time.

    Whether words stand out is most of its work, and is asked where something stands on the page as this process has seen it nowhere yet.
    """
    page.evaluate(Axe().axe_script)
    there = set(page.evaluate(DRESSED))
    contrast = {"rules": {"color-contrast": {"enabled": not there <= _dressed}}}
    _dressed.update(there)
    found: list[dict[str, str]] = page.evaluate(VIOLATIONS, RULES | contrast)
    return [f"axe {one['impact']} {one['id']}: {one['html'][:160]}" for one in found]


def faults(page: Page) -> list[str]:
    """What is wrong on the page, in sentences: where errors lead, axe, keyboard and focus, text at 200%, forced colours, a phone and 400%."""
    found = [*ask(page, "errors"), *axe(page), *ask(page, "keyboard"), *ask(page, "enlarged")]
    page.emulate_media(forced_colors="active")
    found += ask(page, "forced")
    page.emulate_media(forced_colors="none")
    page.set_viewport_size(NARROW)
    found += ask(page, "narrow")
    page.set_viewport_size(WIDE)
    return found
