"""What the procedure says at the door that was chosen: whether it goes on here, and on which way. Pure."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from escalation.procedures.definition import DoorDoes, DoorRule, ProcedureDefinition, Way
from escalation.states import Door

NOT_HERE = _("It does not belong here.")


def rule_at(procedure: ProcedureDefinition, door: str, way: str = "") -> DoorRule | Way | None:
    """What applies at this door: its rule, or where the door asks, the way of this key. None where nothing does yet, or no door is chosen."""
    rule = procedure.door(door) if door else None
    if rule is None or rule.does != DoorDoes.ASK:
        return rule
    return next((one for one in rule.ways if one.key == way), None)


def stops(rule: DoorRule | Way | None) -> bool:
    """Nothing is stored: the person is shown where to go instead."""
    return rule is not None and rule.does == DoorDoes.STOP


def variant_at(procedure: ProcedureDefinition, door: str, way: str = "") -> str:
    """The key of the variant that is taken there; empty for the procedure's own way."""
    rule = rule_at(procedure, door, way)
    return rule.variant if rule is not None and rule.does == DoorDoes.VARIANT else ""


def check_door(
    procedure: ProcedureDefinition, door: str, way: str, *, receiving: Collection[UUID], raising: UUID, external: Collection[UUID]
) -> list[tuple[str, str]]:
    """What cannot be of the door, as (field, sentence); nothing where no door is chosen (ENF-10, DEV-14)."""
    rule = procedure.door(door) if door else None
    if not door:
        return [("way", gettext("Say first what it is."))] if way else []
    if rule is None:
        return [("door", gettext("This procedure says nothing of that. Choose one of those that it names, or none."))]
    if rule.does == DoorDoes.STOP:
        return [("door", f"{NOT_HERE} {rule.words}")]
    return _check_way(rule, way) + _check_agencies(door, receiving=receiving, raising=raising, external=external)


def _check_way(rule: DoorRule, way: str) -> list[tuple[str, str]]:
    if rule.does != DoorDoes.ASK:
        return [("way", gettext("Nothing is asked of that."))] if way else []
    chosen = next((one for one in rule.ways if one.key == way), None)
    if chosen is None:
        return [("way", gettext("Say which it is: {ways}.").format(ways="; ".join(one.label for one in rule.ways)))]
    return [("way", f"{NOT_HERE} {chosen.words}")] if stops(chosen) else []


def _check_agencies(door: str, *, receiving: Collection[UUID], raising: UUID, external: Collection[UUID]) -> list[tuple[str, str]]:
    """The door says something of the agencies: the own one, or one of another area (BRI-22, ENF-12)."""
    if not receiving:
        return []
    if door == Door.OWN_AGENCY and raising not in receiving:
        return [("receiving", gettext("Choose your own agency, since you said that it is a disagreement inside it."))]
    if door == Door.CROSS_BOROUGH and not set(receiving) & set(external):
        return [("receiving", gettext("Choose an agency of another area, since you said so. If it is not listed, ask the business unit to add it."))]
    return []
