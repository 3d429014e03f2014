"""Requests for access in tests: opened by the business unit, read through by somebody, and made."""

import io
import zipfile
from datetime import date
from typing import Any

from escalation.models import AccessRequest, Dispute
from escalation.services.keeping.access.asking import ask_about_child, ask_about_person
from escalation.services.keeping.access.giving import content_of
from escalation.services.keeping.access.items import pieces_of
from escalation.services.keeping.access.making import Chosen, make
from escalation.services.keeping.access.pieces import Piece
from escalation.states import Verb
from tests.escalation.verbs import respond
from tests.world import MONDAY, World

WHY = {"reason": "Asked by letter of 1 March.", "identity": "Seen with a passport."}


def spoken_of(world: World) -> Dispute:
    """Sent and answered, with a private note, and a word about somebody else."""
    cast = world.cast
    found = world.sent()
    world.do(found, Verb.ADD_NOTE, cast.own_manager, text="Rashida Shah told me of her brother.", private=True)
    world.do(found, Verb.ADD_NOTE, cast.own_manager, text="=1+1 said Mr Reid, and Shah laughed.", private=False)
    return respond(world, found)


def about_child(world: World, **more: Any) -> AccessRequest:
    given = {"initials": "AB", "born_on": date(2015, 5, 1), **WHY, **more}
    return ask_about_child(world.person(world.cast.business_unit), partnership=world.cast.partnership.pk, now=MONDAY, **given)


def about(world: World, user: Any) -> AccessRequest:
    return ask_about_person(world.person(world.cast.business_unit), partnership=world.cast.partnership.pk, user=user, now=MONDAY, **WHY)


def held(world: World, row: AccessRequest, reader: Any = None) -> list[Piece]:
    return pieces_of(row, world.person(reader or world.cast.business_unit), now=MONDAY)


def whole(found: list[Piece]) -> str:
    return "\n".join(f"{one.section}: {one.head}: {one.text}" for one in found)


def piece(found: list[Piece], words: str) -> Piece:
    return next(one for one in found if words in one.text)


def chosen(found: list[Piece], **keys: Any) -> Chosen:
    """All of these were read, and these keys ticked."""
    return Chosen(frozenset(one.mark for one in found), **{name: frozenset(ticked) for name, ticked in keys.items()})


def made(world: World, row: AccessRequest, **keys: Any) -> zipfile.ZipFile:
    person = world.person(world.cast.business_unit)
    make(person, row, chosen(held(world, row), **keys), now=MONDAY)
    with content_of(person, row, MONDAY) as content:
        return zipfile.ZipFile(io.BytesIO(content.read()))
