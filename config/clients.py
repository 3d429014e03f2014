"""Where a request came from, for slowing down those who guess."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


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
