"""Accounts: inviting somebody opens one; closing one ends its sessions and tokens with it."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.models import Agency, Membership, Partnership, PostHolding, User
from agencies.people import partnerships_ever
from agencies.person import Seat, person_of, seats_of
from agencies.policy import may_keep_directory, require
from agencies.querysets import in_force
from agencies.readable import why_no_line
from agencies.roles import LEADING_ROLES, DirectoryDoor, Role
from agencies.said import said
from agencies.services.apart import check_closing
from agencies.services.closing import shut
from agencies.services.first_place import begin_anew
from agencies.services.identity.events import note
from agencies.services.members import give_role
from agencies.services.passphrases import ask_for_link, only_practising
from agencies.services.record import Giving, acting_person, record
from agencies.sign_ins import SignInKind, Visit
from agencies.working_days import london

ELSEWHERE_TOO = gettext_noop(
    "{name} was given a role in another partnership too. Only who keeps both directories can now close the account or remove its second factor."
)


@transaction.atomic
def invite(
    *,
    actor: User | None,
    email: str,
    name: str,
    phone: str = "",
    place: Agency | Partnership,
    role: Role,
    now: datetime,
    job_title: str = "",
    supervisor: User | None = None,
) -> Membership:
    """Gives somebody a role, opening an account where the address has none, and sends who cannot sign in yet the link to set a passphrase.

    An account that exists keeps its name and phone number. Raises InvalidInput for a name that does not read as it was typed, a closed account or
    a role held already, besides what `give_role` raises; and, for whoever does not keep the partnership's directory, for the account of somebody of
    another real partnership, in the words for a closed one of theirs: who is where, and what they are called, is told to nobody by trying
    addresses. Where it is given all the same, the directory's record of their other partnerships says so.
    """
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    partnership = place.partnership if isinstance(place, Agency) else place
    elsewhere = _elsewhere(user, partnership) if user is not None else set()
    person = acting_person(actor, now)
    if elsewhere and person is not None and not may_keep_directory(person, partnership.pk):
        raise InvalidInput(_("Only the business unit can add this address. Ask them."), field="email")
    if user is not None and not user.is_active:
        raise InvalidInput(_("This address belongs to a closed account. Ask an administrator to open it again."), field="email")
    agency = place if isinstance(place, Agency) else None
    held = Membership.objects.filter(in_force(london(now).date()), user=user, agency=agency, role=role) if user else Membership.objects.none()
    if held.filter(partnership=partnership).exists():
        raise InvalidInput(_("This person has the role already."), field="email")
    if user is None and (wrong := why_no_line(name)):
        raise InvalidInput(wrong, field="name")
    user = user or User.objects.create_user(address, None, name=name, phone=phone)
    membership = give_role(actor=actor, user=user, place=place, role=role, now=now, job_title=job_title, supervisor=supervisor)
    for key in elsewhere:
        record(key, None, said(ELSEWHERE_TOO, name=user.name), now=now, giving=Giving(user.id))
    if not user.has_usable_password():
        ask_for_link(email=address, is_invitation=True, now=now)
    return membership


def _elsewhere(user: User, partnership: Partnership) -> set[UUID]:
    """The other real partnerships in which somebody who was never in this one holds or held a role; none for who only practised."""
    ever = partnerships_ever(user.pk)
    if partnership.pk in ever:
        return set()
    return set(Partnership.objects.filter(pk__in=ever, is_practice=False).values_list("pk", flat=True))


@transaction.atomic
def close_account(*, actor: User | None, user: User, now: datetime) -> User:
    """Closes an account: no sign-in, no seat, no task from now on; what the person did stays on the record. Their open work is moved before.

    Raises NotAllowed unless the actor keeps the directory of every partnership in which the person sits, InvalidInput for one's own account, and
    where nobody of a business unit would be left apart (`refuse_closing`).
    """
    partnerships = partnerships_ever(user.pk)
    if person := acting_person(actor, now):
        if person.id == user.id:
            raise InvalidInput(_("Ask somebody else to close your own account."))
        allowed = bool(partnerships) and all(may_keep_directory(person, key) for key in partnerships)
        require(allowed, _("Only the business unit or an administrator of the partnership closes accounts."))
        refuse_closing(user, now)
    shut(user, now)
    for key in partnerships:
        record(key, actor, said(gettext_noop("The account of {name} was closed."), name=user.name), now=now, giving=Giving(user.id, ends=True))
    return user


def refuse_closing(user: User, now: datetime) -> None:
    """Asked before somebody closes an open account, by whichever door. Raises InvalidInput, beside `is_active`, where it would leave nobody of a
    business unit who sits in no agency (`apart`)."""
    try:
        check_closing(user, partnerships_ever(user.pk), london(now).date())
    except InvalidInput as error:
        raise InvalidInput(error.message, field="is_active") from error


# Who holds the address, or an account that is open again, has what the account has.
GETS_IN = {"email", "is_active"}
NONE = gettext_noop("none")
# What an account holds, as a line of the record calls it.
PARTS = {
    "email": gettext_noop("e-mail address"),
    "name": gettext_noop("name"),
    "phone": gettext_noop("telephone number"),
    "is_active": gettext_noop("way in"),
    "is_staff": gettext_noop("access to the installation’s administration"),
    "is_superuser": gettext_noop("keys of the installation’s administration"),
}


@transaction.atomic
def note_account_change(*, actor: User, user: User, before: Mapping[str, object], visit: Visit, now: datetime) -> list[str]:
    """Puts on record what an administrator of the installation changed of an account that is saved already; gives the sentences.

    `before` holds the old value of each changed part; it is empty for an account that was added. A line stands on the record of signing in,
    which the person sees, and on the directory's record of every partnership in which they hold or held a role; the end of an account of the business
    unit or the chair is told there, as that of a role is. A closed account loses its sessions and tokens at once; whoever only practised and is let
    into the installation's administration begins anew (`first_place`).
    """
    sentences = [_changed(user, part, old) for part, old in before.items() if part in PARTS] or [
        said(gettext_noop("The account of {name} was added."), name=user.name)
    ]
    note(SignInKind.ACCOUNT_CHANGED, user, visit, now=now, by=actor)
    if before.get("is_staff") is False and user.is_staff and only_practising({user.pk}, is_staff=True):
        sentences.append(begin_anew(user, actor=actor, now=now))
    ends = "is_active" in before and not user.is_active
    for (partnership_id, agency_id), roles in sorted(_places(user, now, ends=ends).items(), key=str):
        giving = Giving(user.pk, roles if GETS_IN & before.keys() and not ends else (), ends=ends)
        for words in sentences:
            record(partnership_id, actor, words, now=now, agency_id=agency_id, giving=giving, door=DirectoryDoor.ADMINISTRATION)
    if not user.is_active:
        shut(user, now if "is_active" in before else user.closed_at or now)
    elif user.closed_at is not None:
        user.closed_at = None
        user.save(update_fields=["closed_at"])
    return sentences


def _places(user: User, now: datetime, *, ends: bool) -> dict[tuple[UUID, UUID | None], set[Role]]:
    """Each agency whose leadership the person is of today, and each partnership of which they hold a role, with those roles; else the partnership in
    which they hold or held any. Of an account that `ends` by the change, as it was until then.
    """
    leading: dict[tuple[UUID, UUID | None], set[Role]] = {}
    today = london(now).date()
    for seat in _own_seats(user, today) if ends else person_of(user, today).seats:
        if seat.agency_id is None or seat.role in LEADING_ROLES:
            leading.setdefault((seat.partnership_id, seat.agency_id), set()).add(seat.role)
    known = partnerships_ever(user.pk) - {key for key, _ in leading}
    return leading | {(key, None): set() for key in known}


def _own_seats(user: User, today: date) -> tuple[Seat, ...]:
    """Whatever the person's own roles and posts of the day give, whether or not the account is open."""
    held = PostHolding.objects.on(today).filter(user=user).select_related("post__agency", "post__level")
    return seats_of(user.pk, Membership.objects.on(today).filter(user=user), held)


def _changed(user: User, part: str, old: object) -> str:
    new = getattr(user, part)
    if part == "is_active":
        opened, closed = (
            gettext_noop("The account of {name} was opened again in the administration."),
            gettext_noop("The account of {name} was closed in the administration."),
        )
        return said(opened if new else closed, name=user.name)
    if isinstance(new, bool):
        form = gettext_noop("{name} now has {part}.") if new else gettext_noop("{name} no longer has {part}.")
        return said(form, name=user.name, part=said(PARTS[part]))
    form = gettext_noop("The {part} of {name} was changed from {old} to {new} in the administration.")
    return said(form, part=said(PARTS[part]), name=user.name, old=str(old or "") or said(NONE), new=str(new or "") or said(NONE))
