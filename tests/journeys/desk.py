"""What somebody does, counted as in a window but without a browser: links that the page has are followed, buttons that a form has are pressed."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from django.test import Client

from agencies.models import User
from tests.journeys.effort import Effort
from tests.markup import words
from tests.parsed import plainly_read

BACKEND = "agencies.backend.AccountBackend"
CHOSEN = {"checkbox", "radio"}
# A date's parts are one field.
PARTS = "0123"


class Desk:
    """One person, signed in, at a browser without scripts."""

    def __init__(self, user: User) -> None:
        self.client, self.effort, self.path = Client(), Effort(), ""
        self._filled: dict[str, Any] = {}
        self.client.force_login(user, backend=BACKEND)

    def go(self, path: str) -> None:
        """To where the task begins."""
        self.effort = Effort()
        self._show(path)

    def follow(self, address: str) -> None:
        """A link of the page by its address."""
        assert self.leads_to(address), f"{self.path} has no link to {address}"
        self.effort.clicks += 2 if self._is_folded(address) else 1
        self._show(address)

    def _is_folded(self, address: str) -> bool:
        """Whether the page has the link only where one first unfolds something."""
        inside = {link for details in _closed(self.page) for link in details.iter("a")}
        return all(link in inside for link in self.page.iter("a") if link.get("href") == address)

    def leads_to(self, address: str, **attributes: bool) -> bool:
        """Whether the page has a link to this address, with these attributes whatever their value."""
        wanted = {name.replace("_", "-") for name in attributes}
        return any(link.get("href") == address and wanted <= link.attrib.keys() for link in self.page.iter("a"))

    def fill(self, **answers: Any) -> None:
        """What is answered by the next button: texts, choices, dates (day, month, year) and moments (and time of day)."""
        self._filled |= answers

    def press(self, button: str, *, refused: bool = False, **answers: Any) -> None:
        """Fill in the form that has this button, and press it; returns on the page that follows, which may be a refusal where that is said."""
        form, pressed = next(
            (form, one) for form in self.page.iter("form") for one in form.iter("button") if words(one) == button and "hidden" not in one.attrib
        )
        data = kept(form)
        for name, value in (self._filled | answers).items():
            data |= self._answer(form, name.replace("__", "-"), value)
        typed = {part for name in self._filled | answers for part in (name.replace("__", "-"), f"{name.replace('__', '-')}_0")}
        self._filled = {}
        self.effort.clicks += 1 + sum(any(one.get("name") in typed for one in fold.iter()) for fold in _closed(form))
        answer = self.client.post(urljoin(self.path, form.get("action") or self.path), data | _named(pressed))
        if answer.status_code == 302:
            self._show(answer.headers["Location"])
        else:
            self._read(answer, refused=refused)

    @property
    def text(self) -> str:
        """What the page's main part says."""
        return words(next(self.page.iter("main")))

    def _answer(self, form: Element, name: str, value: Any) -> dict[str, Any]:
        if isinstance(value, date):
            value = (str(value.day), str(value.month), str(value.year), *([f"{value:%H:%M}"] if isinstance(value, datetime) else []))
        parts = {f"{name}_{part}": one for part, one in zip(PARTS, value, strict=False)} if isinstance(value, tuple) else {name: value}
        controls = {one.get("name"): one for one in form.iter() if one.tag in {"input", "select", "textarea"}}
        assert parts.keys() <= controls.keys(), f"{self.path} does not ask for {name}"
        if f"{name}_when" in controls:
            return self._past(form, name, parts)
        control = controls[next(iter(parts))]
        if control.tag == "select" or control.get("type") in CHOSEN:
            self.effort.clicks += len(value) if isinstance(value, list) else 1
        else:
            self.effort.typed += 1
        return {one: control.get("value", "on") if value is True else value for one, value in parts.items()}

    def _past(self, form: Element, name: str, parts: dict[str, str]) -> dict[str, str]:
        """A day that has passed is chosen where it is offered, else typed; the time of day is typed."""
        day, month, year, *at = parts.values()
        near = f"{int(year):04}-{int(month):02}-{int(day):02}"
        is_near = any(one.get("name") == f"{name}_when" and one.get("value") == near for one in form.iter("input"))
        self.effort.clicks += 1
        self.effort.typed += 1 if at or not is_near else 0
        if is_near:
            return {f"{name}_when": near} | ({f"{name}_3": at[0]} if at else {})
        return {f"{name}_when": "other"} | parts

    def _show(self, address: str) -> None:
        self.path = urljoin(self.path, address)
        answer = self.client.get(self.path)
        if answer.status_code == 302:
            self._show(answer.headers["Location"])
        else:
            self._read(answer)

    def _read(self, answer: Any, *, refused: bool = False) -> None:
        assert answer.status_code == 200 or refused, (self.path, answer.status_code)
        self.page: Element = plainly_read(answer.content.decode())
        title = words(next(self.page.iter("title")))
        assert refused or not title.startswith("Error: "), f"{self.path}: {self.text[:800]}"
        self.effort.came(urlsplit(self.path).path, title)


def _closed(within: Element) -> list[Element]:
    """What is folded away there."""
    return [details for details in within.iter("details") if "open" not in details.attrib]


def _named(button: Element) -> dict[str, str]:
    return {str(button.get("name")): str(button.get("value", ""))} if button.get("name") else {}


def kept(form: Element) -> dict[str, Any]:
    """What the form holds before anybody answers; what it holds several of, such as a panel's members, as a list."""
    kept: dict[str, Any] = {}
    for one in form.iter():
        name, kind = one.get("name"), one.get("type")
        if not name or one.tag == "button" or (kind in CHOSEN and "checked" not in one.attrib):
            continue
        if one.tag == "select":
            chosen = [option for option in one.iter("option") if "selected" in option.attrib] or list(one.iter("option"))[:1]
            kept.setdefault(name, []).extend(option.get("value", "") for option in chosen)
        else:
            kept.setdefault(name, []).append("".join(one.itertext()) if one.tag == "textarea" else one.get("value", ""))
    return kept
