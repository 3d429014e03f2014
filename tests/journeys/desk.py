"""What somebody does, counted as in a window but without a browser: links that the page has are followed, buttons that a form has are pressed."""

from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from django.test import Client
from tinyhtml5.parser import HTMLParser

from agencies.models import User
from tests.journeys.effort import Effort
from tests.markup import words

BACKEND = "django.contrib.auth.backends.ModelBackend"
CHOSEN = {"checkbox", "radio"}
# A date's parts are one field.
PARTS = "0123"


class Desk:
    """One person, signed in, at a browser without scripts."""

    def __init__(self, user: User) -> None:
        self.client, self.effort, self.path = Client(), Effort(), ""
        self.client.force_login(user, backend=BACKEND)

    def go(self, path: str) -> None:
        """To where the task begins."""
        self.effort = Effort()
        self._show(path)

    def follow(self, address: str) -> None:
        """A link of the page by its address."""
        assert address in {link.get("href") for link in self.page.iter("a")}, f"{self.path} has no link to {address}"
        self.effort.clicks += 1
        self._show(address)

    def press(self, button: str, **answers: Any) -> None:
        """Fill in the form that has this button, and press it; a date or moment is given as its parts, a choice as the value that is chosen."""
        form, pressed = next(
            (form, one) for form in self.page.iter("form") for one in form.iter("button") if words(one) == button and "hidden" not in one.attrib
        )
        data = _kept(form)
        for name, value in answers.items():
            data |= self._answer(form, name.replace("__", "-"), value)
        self.effort.clicks += 1
        answer = self.client.post(urljoin(self.path, form.get("action") or self.path), data | _named(pressed))
        if answer.status_code == 302:
            self._show(answer.headers["Location"])
        else:
            self._read(answer)

    def _answer(self, form: Element, name: str, value: Any) -> dict[str, Any]:
        parts = {f"{name}_{part}": one for part, one in zip(PARTS, value, strict=False)} if isinstance(value, tuple) else {name: value}
        controls = {one.get("name"): one for one in form.iter() if one.tag in {"input", "select", "textarea"}}
        assert parts.keys() <= controls.keys(), f"{self.path} does not ask for {name}"
        control = controls[next(iter(parts))]
        if control.tag == "select" or control.get("type") in CHOSEN:
            self.effort.clicks += 1
        else:
            self.effort.typed += 1
        return parts

    def _show(self, address: str) -> None:
        self.path = urljoin(self.path, address)
        answer = self.client.get(self.path)
        if answer.status_code == 302:
            self._show(answer.headers["Location"])
        else:
            self._read(answer)

    def _read(self, answer: Any) -> None:
        assert answer.status_code == 200, (self.path, answer.status_code)
        parser = HTMLParser(namespace_html_elements=False)
        parser._parse(answer.content.decode())
        self.page: Element = parser.tree.get_document()
        title = words(next(self.page.iter("title")))
        assert not title.startswith("Error: "), f"{self.path}: {words(next(self.page.iter('main')))[:800]}"
        self.effort.came(urlsplit(self.path).path, title)


def _named(button: Element) -> dict[str, str]:
    return {str(button.get("name")): str(button.get("value", ""))} if button.get("name") else {}


def _kept(form: Element) -> dict[str, Any]:
    """What the form holds before anybody answers."""
    kept: dict[str, Any] = {}
    for one in form.iter():
        name, kind = one.get("name"), one.get("type")
        if not name or one.tag == "button" or (kind in CHOSEN and "checked" not in one.attrib):
            continue
        if one.tag == "select":
            chosen = [option for option in one.iter("option") if "selected" in option.attrib] or list(one.iter("option"))[:1]
            kept[name] = chosen[0].get("value", "") if chosen else ""
        else:
            kept[name] = "".join(one.itertext()) if one.tag == "textarea" else one.get("value", "")
    return kept
