"""What the procedure says at the door that was chosen: whether it goes on here, on which way, or by another procedure. Pure."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from escalation.procedures.definition import DoorDoes, DoorRule, ProcedureDefinition, Way
from escalation.states import Door

NONE_IN_FORCE = _("The procedure that it goes by is not in force in this partnership. Ask the business unit.")
NOT_HERE = _("It does not belong here.")
# A partnership's other procedures in force, by key.
Beside = Mapping[str, ProcedureDefinition]
ALONE: Beside = {}


def rule_at(procedure: ProcedureDefinition, door: str, way: str = "") -> DoorRule | Way | None:
    """What applies at this door: its rule, or where the door asks, the way of this key. None where nothing does yet, or no door is chosen."""
    rule = procedure.door(door) if door else None
    if rule is None or rule.does != DoorDoes.ASK:
        return rule
    return next((one for one in rule.ways if one.key == way), None)


def stops(rule: DoorRule | Way | None, beside: Beside = ALONE) -> bool:
    """Nothing is stored: the person is shown where to go instead. So too where it goes by another procedure, and that is not in force."""
    return rule is not None and (rule.does == DoorDoes.STOP or (rule.does == DoorDoes.REDIRECT and rule.procedure not in beside))


def sent_here(procedure: ProcedureDefinition, beside: Beside) -> dict[Door, DoorRule | Way]:
    """The doors by which other procedures send people to this one, each with what they say there."""
    every = ((rule.door, one) for other in beside.values() for rule in other.doors for one in rule.ends)
    return {door: one for door, one in every if one.procedure == procedure.key}


def variant_at(procedure: ProcedureDefinition, door: str, way: str = "") -> str:
    """The key of the variant that is taken there; empty for the procedure's own way."""
    rule = rule_at(procedure, door, way)
    return rule.variant if rule is not None and rule.does == DoorDoes.VARIANT else ""


def check_door(
    procedure: ProcedureDefinition,
    door: str,
    way: str,
    *,
    receiving: Collection[UUID],
    raising: UUID,
    external: Collection[UUID],
    beside: Beside = ALONE,
) -> list[tuple[str, str]]:
    """What cannot be of the door, as (field, sentence); nothing where no door is chosen (ENF-10, DEV-14)."""
    rule = procedure.door(door) if door else None
    if not door:
        return [("way", gettext("Say first what it is."))] if way else []
    if rule is None and Door(door) not in sent_here(procedure, beside):
        return [("door", gettext("This procedure says nothing of that. Choose one of those that it names, or none."))]
    chosen = rule_at(procedure, door, way)
    if chosen is not None and chosen.does in {DoorDoes.STOP, DoorDoes.REDIRECT}:
        return [("door" if chosen is rule else "way", _elsewhere(chosen, beside))]
    return _check_way(rule, way) + _check_agencies(door, receiving=receiving, raising=raising, external=external)


def _elsewhere(rule: DoorRule | Way, beside: Beside) -> str:
    """Where to go in place of here."""
    if rule.does == DoorDoes.STOP:
        return f"{NOT_HERE} {rule.words}"
    target = beside.get(rule.procedure)
    return f"{NOT_HERE} {goes_on_under(target) if target is not None else str(NONE_IN_FORCE)} {rule.words}"


def goes_on_under(procedure: ProcedureDefinition) -> str:
    """By which procedure it goes, in a sentence."""
    return gettext("It goes on under: {name}.").format(name=procedure.name)


def _check_way(rule: DoorRule | None, way: str) -> list[tuple[str, str]]:
    if rule is None or rule.does != DoorDoes.ASK:
        return [("way", gettext("Nothing is asked of that."))] if way else []
    if any(one.key == way for one in rule.ways):
        return []
    return [("way", gettext("Say which it is: {ways}.").format(ways="; ".join(one.label for one in rule.ways)))]


def _check_agencies(door: str, *, receiving: Collection[UUID], raising: UUID, external: Collection[UUID]) -> list[tuple[str, str]]:
    """The door says something of the agencies: the own one, or one of another area (BRI-22, ENF-12)."""
    if not receiving:
        return []
    if door == Door.OWN_AGENCY and raising not in receiving:
        return [("receiving", gettext("Choose your own agency, since you said that it is a disagreement inside it."))]
    if door == Door.CROSS_BOROUGH and not set(receiving) & set(external):
        return [("receiving", gettext("Choose an agency of another area, since you said so. If it is not listed, ask the business unit to add it."))]
    return []
