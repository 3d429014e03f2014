"""Layers of a PDF: what is hidden on one is in the file all the same, for whoever switches it on."""

from collections.abc import Iterator
from typing import Any

import pikepdf

from agencies.marks import gettext_noop
from escalation.files.refusal import Refused

LAYERS = gettext_noop(
    "The PDF has layers that are hidden: what lies on them is not seen, and can be switched on by whoever gets it. "
    "Print it to a new PDF, then attach that."
)
# What shows a layer only where others are hidden, and what says so by a sum of conditions.
BY_OTHERS = frozenset({"/AllOff", "/AnyOff"})


def require_all_shown(pdf: Any) -> None:  # noqa: ANN401 - pikepdf's document
    """Raises Refused where a layer is hidden when the document is opened, or is shown only under conditions."""
    layers = pdf.Root.get("/OCProperties")
    if not isinstance(layers, pikepdf.Dictionary):
        return
    plan = layers.get("/D")
    plan = plan if isinstance(plan, pikepdf.Dictionary) else pikepdf.Dictionary()
    shown = {group.objgen for group in _listed(plan, "/ON")}
    groups = list(_listed(layers, "/OCGs"))
    starts_hidden = str(plan.get("/BaseState", "/ON")) == "/OFF" and any(group.objgen not in shown for group in groups)
    if starts_hidden or any(_listed(plan, "/OFF")) or any(_is_off(group) for group in _by_use(plan)):
        raise Refused(LAYERS)
    if any(_is_conditional(found) for found in pdf.objects):
        raise Refused(LAYERS)


def _listed(holder: Any, key: str) -> Iterator[Any]:  # noqa: ANN401 - a PDF's object
    found = holder.get(key)
    if isinstance(found, pikepdf.Array):
        yield from (each for each in found if isinstance(each, pikepdf.Dictionary))


def _by_use(plan: Any) -> Iterator[Any]:  # noqa: ANN401 - a PDF's object
    """The layers that programs switch by themselves when they show the document."""
    for rule in _listed(plan, "/AS"):
        if str(rule.get("/Event", "")) == "/View":
            yield from _listed(rule, "/OCGs")


def _is_off(group: Any) -> bool:  # noqa: ANN401 - a PDF's object
    use = group.get("/Usage")
    view = use.get("/View") if isinstance(use, pikepdf.Dictionary) else None
    return isinstance(view, pikepdf.Dictionary) and str(view.get("/ViewState", "/ON")) == "/OFF"


def _is_conditional(found: Any) -> bool:  # noqa: ANN401 - a PDF's object
    if not isinstance(found, pikepdf.Dictionary) or str(found.get("/Type", "")) != "/OCMD":
        return False
    return "/VE" in found or str(found.get("/P", "/AnyOn")) in BY_OTHERS
