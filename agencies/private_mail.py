"""Providers of private mailboxes: at these anybody may have an address, so that one like it shows nothing of whose it is.

Shipped in agencies/data, and added to for a partnership by those who keep its directory or the installation. Nothing is fetched.
"""

import json
from functools import cache
from pathlib import Path
from uuid import UUID

from agencies.models import PrivateMailProvider

SHIPPED = Path(__file__).parent / "data" / "private_mail_providers.json"


@cache
def shipped_providers() -> frozenset[str]:
    """How the addresses end that the shipped providers give out, in small letters; read once a process."""
    return frozenset(json.loads(SHIPPED.read_text(encoding="utf-8"))["domains"])


def is_private_provider(domain: str, partnership: UUID) -> bool:
    """Whether addresses that end so (small letters, without the @) are a provider's: of those shipped, or of those added for the partnership."""
    return domain in shipped_providers() or PrivateMailProvider.objects.filter(partnership=partnership, domain=domain).exists()
