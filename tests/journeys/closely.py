"""One look at a page in a browser, from every side that WCAG 2.2 AA asks about: what each costs is one question to the page."""

from pathlib import Path
from weakref import WeakKeyDictionary

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
# A phone; and at once a desk of 1280 by 1024 whose page is enlarged to 400%.
NARROW, WIDE = {"width": 320, "height": 256}, {"width": 1280, "height": 900}
AXE = Axe().axe_script
QUESTIONS = (Path(__file__).parent / "closely.js").read_text(encoding="utf-8").strip()
# What colours hang on: each element that shows words, by its own and its parent's name and classes, its colour and what lies behind it; of a link
# also how it and the paragraph around it are written, and whether other words stand there. Who stands so is kept in the page until axe is asked.
DRESSED = """() => {
    const name = one => `${one.localName}.${[...one.classList].sort().join(".")}`;
    const LINK = "a[href], [role=link]";
    const says = part => part.nodeType === Node.TEXT_NODE && part.data.trim();
    const speaks = one => one.matches("input, select, textarea") || [...one.childNodes].some(says);
    const behind = new Map([[document.documentElement, ""]]);
    const dressed = window.concordDressed = new Map();
    const written = one => {
        const { color, fontWeight, textDecorationLine } = getComputedStyle(one);
        return `${name(one)} ${color} ${fontWeight} ${textDecorationLine}`;
    };
    const among = one => {
        let block = one.parentElement;
        while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
        const around = block.innerText.trim() === one.innerText.trim() ? "alone" : "among words";
        return ` ${written(one)} ${around} in ${written(block)} on ${behind.get(block)}`;
    };
    for (const one of document.querySelectorAll("body, body *")) {
        const { color, backgroundColor, backgroundImage } = getComputedStyle(one);
        const own = `${backgroundColor} ${backgroundImage}`;
        behind.set(one, own === "rgba(0, 0, 0, 0) none" ? behind.get(one.parentElement) : own);
        const links = one.matches(LINK);
        if (one === document.body || !(links || speaks(one)) || !one.checkVisibility({ visibilityProperty: true })) continue;
        const so = `${name(one.parentElement)} > ${name(one)} ${color} on ${behind.get(one)}${links ? among(one) : ""}`;
        dressed.set(so, [...dressed.get(so) || [], one]);
    }
    return [...dressed.keys()];
}"""
# Nothing but what is wrong is brought out of the page: to bring all that axe says took half of the time.
VIOLATIONS = """([rules, anew]) => {
    axe.configure({ rules: [
        { id: "color-contrast", selector: "[data-dressed-anew]" },
        { id: "link-in-text-block", selector: "a[href][data-dressed-anew], [role=link][data-dressed-anew]" },
    ] });
    for (const so of anew) for (const one of concordDressed.get(so)) one.dataset.dressedAnew = "";
    return axe.run(rules).then(({ violations }) => {
        for (const one of document.querySelectorAll("[data-dressed-anew]")) delete one.dataset.dressedAnew;
        return violations.map(({ impact, id, nodes }) => ({ impact, id, html: nodes[0].html }));
    });
}"""


def ask(page: Page, *questions: str) -> list[str]:
    """What is wrong in these respects; each question is a function of closely.js."""
    asked = "".join(f"found.push(...await questions.{question}());" for question in questions)
    found: list[str] = page.evaluate(f"async () => {{ const questions = {QUESTIONS}; const found = []; {asked} return found; }}")
    return found


_dressed: set[str] = set()
_sessions: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


def axe(page: Page) -> list[str]:
    """What axe finds, however small.

    Whether words stand out, and links among words, is most of its work, and is asked of those that are dressed as this process has seen none yet. Its
    script goes to the page without Playwright's wrapping, which has all of it read twice.
    """
    if page not in _sessions:
        # Never let go: with the end of any session the page would lose what another has set up in it, such as a device with passkeys.
        _sessions[page] = page.context.new_cdp_session(page)
    _sessions[page].send("Runtime.evaluate", {"expression": AXE})
    anew = sorted(set(page.evaluate(DRESSED)) - _dressed)
    _dressed.update(anew)
    of_colours = {name: {"enabled": bool(anew)} for name in ("color-contrast", "link-in-text-block")}
    found: list[dict[str, str]] = page.evaluate(VIOLATIONS, [RULES | {"rules": of_colours}, anew])
    return [f"axe {one['impact']} {one['id']}: {one['html'][:160]}" for one in found]


def has_come(page: Page) -> None:
    """Returns once the page has loaded with all that it is made of: a click waits for its first words alone, which stand there without styles."""
    page.wait_for_load_state("load")


def faults(page: Page) -> list[str]:
    """What is wrong on the page, in sentences: where errors lead, axe, keyboard and focus, text at 200%, forced colours, a phone and 400%."""
    has_come(page)
    found = [*ask(page, "errors", "keyboard", "enlarged"), *axe(page)]
    page.emulate_media(forced_colors="active")
    found += ask(page, "forced")
    page.emulate_media(forced_colors="none")
    page.set_viewport_size(NARROW)
    found += ask(page, "narrow")
    page.set_viewport_size(WIDE)
    return found
