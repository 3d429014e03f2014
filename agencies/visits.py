"""Where a request came from: for slowing down those who guess, and for showing people where they are signed in."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.sign_ins import Visit

# The first that fits names it: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", gettext_noop("an iPhone")),
    ("iPad", gettext_noop("an iPad")),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", gettext_noop("a Mac")),
    ("CrOS", gettext_noop("a Chromebook")),
    ("Linux", "Linux"),
)
PROGRAM, NAMELESS = gettext_noop("A program"), gettext_noop("A device that does not name itself")


def visit_of(request: HttpRequest) -> Visit:
    """The visitor's address and device."""
    return Visit(address(request), device(request.headers.get("User-Agent", "")))


def address(request: HttpRequest) -> str:
    """The visitor's address: what the outermost of our own proxies (CONCORD_PROXIES of them) saw, or the other end of the connection.

    What stands further left in the header was written by the visitor and is not believed.
    """
    hops: int = settings.CONCORD_PROXIES
    seen = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not hops or len(seen) < hops:
        return direct
    try:
        return str(ip_address(seen[-hops]))
    except ValueError:
        return direct


def network(address: str) -> str:
    """Whose an address is: of version 6 the first half, since a household or a rented machine has all of the second; else the address itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return str(found)


def device(user_agent: str) -> str:
    """The device in a few words ("Firefox on Windows"), from a fixed list: what a visitor writes into the header is shown to nobody."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if not browser:
        return PROGRAM if user_agent else NAMELESS
    return f"{browser} on {system}" if system else browser


def in_words(device: str) -> str:
    """What `device` gave, and is stored, in the language in force; empty for nothing."""
    browser, on, system = device.partition(" on ")
    return _("{browser} on {system}").format(browser=browser, system=_(system)) if on else _(device)
