"""A procedure as plain JSON and back: how a published version is stored and loaded. Values that are the default are left out."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, time
from enum import Enum
from typing import Any, TypeVar

from escalation.clocks import Moment, StartRule, Within
from escalation.procedures.definition import (
    Acting,
    ClockDefinition,
    Closing,
    DoorRule,
    OnTime,
    PartnershipStage,
    ProcedureDefinition,
    StageChange,
    StageDefinition,
    Subgroup,
    Variant,
    Way,
)
from escalation.states import Advice, Door, Force, Ground, Measure, Route, Side, SubgroupMatter, Theme

Stored = dict[str, Any]
Made = TypeVar("Made")

FORMAT = 1


def _default(field: Field[Any]) -> object:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON is any of six kinds
    if isinstance(value, Within):
        return value.words()
    if is_dataclass(value):
        return {field.name: _plain(own) for field in fields(value) if (own := getattr(value, field.name)) != _default(field)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value


def to_json(definition: ProcedureDefinition) -> Stored:
    """The whole definition as plain JSON, without what is the default; `from_json` gives an equal definition back."""
    return {"format": FORMAT, **_plain(definition)}


def checksum(stored: Stored) -> str:
    """SHA-256, in hexadecimal, of the stored form in its canonical writing: equal for equal definitions on every machine."""
    text = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _many(data: Stored, **kinds: Callable[[Any], Any]) -> Stored:
    """The data with each named list read item by item into a tuple, and every other list made a tuple."""
    made = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    for key, kind in kinds.items():
        if key in made:
            made[key] = tuple(kind(item) for item in made[key])
    return made


def _one(data: Stored, **kinds: Callable[[Any], Any]) -> Stored:
    for key, kind in kinds.items():
        if data.get(key) is not None:
            data[key] = kind(data[key])
    return data


def _on_time(data: Stored) -> OnTime:
    return OnTime(**_one(dict(data), move_up_after=Within.parse))


def _clock(data: Stored) -> ClockDefinition:
    return ClockDefinition(**_one(_many(data), measures=Measure, owed_by=Side, within=Within.parse, moment=Moment, on_time=_on_time))


def _acting(data: Stored) -> Acting:
    return Acting(**_many(data))


def _force(data: Stored) -> dict[str, Force]:
    return {route: Force(word) for route, word in data.items()}


def _partnership(data: Stored) -> PartnershipStage:
    return PartnershipStage(**_one(_many(data, routes=Route), force=_force))


def _stage(data: Stored) -> StageDefinition:
    made = _many(data, clocks=_clock, urgent_clocks=_clock)
    return StageDefinition(**_one(made, raising=_acting, receiving=_acting, partnership=_partnership))


def _way(data: Stored) -> Way:
    return Way(**data)


def _door(data: Stored) -> DoorRule:
    return DoorRule(**_one(_many(data, ways=_way), door=Door))


def _change(data: Stored) -> StageChange:
    return StageChange(**_one(_many(data, clocks=_clock), raising=_acting, receiving=_acting))


def _variant(data: Stored) -> Variant:
    return Variant(**_one(_many(data, changes=_change, tells=Advice), hop=_acting))


def _closing(data: Stored) -> Closing:
    return Closing(**data)


def _subgroup(data: Stored) -> Subgroup:
    return Subgroup(**_many(data, takes=SubgroupMatter))


def _close(word: str) -> time | str:
    return time.fromisoformat(word) if word[:1].isdigit() else word


def from_json(data: Stored) -> ProcedureDefinition:
    """The definition that `to_json` stored. Trusts its input: it was validated before it was published. Raises ValueError for another format."""
    if data.get("format") != FORMAT:
        raise ValueError(f"A procedure stored in format {data.get('format')!r} cannot be read: this version reads format {FORMAT}.")
    lists: dict[str, Callable[[Any], Any]] = {"stages": _stage, "caps": _clock, "doors": _door, "variants": _variant, "recorded_only": tuple}
    made = _many(data, themes=Theme, start_above=Ground, skip=Ground, **lists)
    day = date.fromisoformat
    made = _one(made, start_rule=StartRule, close=_close, closing=_closing, subgroup=_subgroup, in_force_from=day, reviewed_on=day, review_due=day)
    del made["format"]
    return ProcedureDefinition(**made)
