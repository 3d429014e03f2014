"""The invented partnership of the demonstration, and Enfield's published matrix beside it. Both come from the very files of a directory import."""

from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from agencies.models import Membership, Partnership, User
from agencies.services.directory_import import import_folder

SLUG = "northshire"
DATA = Path(__file__).resolve().parent.parent / "data"
# One passphrase for everybody invented, printed by the demonstration; no real account is ever given it.
EXAMPLE_PASSPHRASE = "northshire-demo-2026"  # noqa: S105 - opens nothing but invented data # nosec B105


@transaction.atomic
def build_example_directory(*, now: datetime | None = None, practice: bool = False) -> Partnership:
    """Northshire with its agencies and people, all invented, each of whom signs in with EXAMPLE_PASSPHRASE; and Enfield's matrix without people.

    Building it twice is the same as once: passphrases that somebody changed since are kept. `now` is aware and defaults to this moment.
    `practice` makes it a partnership to practise in, where it is not there yet.
    """
    now = now or timezone.now()
    if practice and not Partnership.objects.filter(slug=SLUG).exists():
        Partnership.objects.create(slug=SLUG, name=SLUG, is_invented=True, is_practice=True)
    partnership = import_folder(DATA / "example", actor=None, partnership=None, now=now).partnership
    import_folder(DATA / "enfield", actor=None, partnership=None, now=now)
    people = User.objects.filter(id__in=Membership.objects.filter(partnership=partnership).values("user_id"))
    new = [user for user in people if not user.has_usable_password()]
    # Hashing is slow on purpose: once for all who share the passphrase.
    shared = make_password(EXAMPLE_PASSPHRASE) if new else ""
    for user in new:
        user.password = shared
    User.objects.bulk_update(new, ["password"])
    return partnership
