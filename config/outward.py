"""Which other machines the processes may look up at all: those of the settings, whatever a program is brought to ask for."""

import socket
import sys
from collections.abc import Iterable
from urllib.parse import urlsplit
from urllib.request import getproxies

ITSELF = {"", "localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104 - compared, and never listened on # nosec B104


def host_in(address: str) -> str:
    """The host of a URL, of `tcp:host:port`, or of a bare name."""
    if address.startswith("tcp:"):
        return address.split(":")[1]
    return (urlsplit(address).hostname or "") if "//" in address else address


def speak_only_to(addresses: Iterable[str]) -> None:
    """From now on no other host is looked up in this process, by name or by number; it cannot be taken back. A proxy of the environment counts in.

    A look-up of another raises PermissionError, which is an OSError: whoever asked takes it for one that is away.
    """
    allowed = {host_in(address).casefold() for address in (*addresses, *getproxies().values(), socket.gethostname())} | ITSELF

    def look(event: str, arguments: tuple[object, ...]) -> None:
        if event != "socket.getaddrinfo":
            return
        host = arguments[0]
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
        if name.casefold().rstrip(".") not in allowed:
            raise PermissionError("This installation speaks to no such machine: its settings name none.")

    sys.addaudithook(look)
