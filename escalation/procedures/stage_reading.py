"""Reads stages from a procedure file: who acts on each side, clocks, who is told, what is asked for, and the partnership's own stage."""

from agencies.roles import AGENCY_ROLES, Role
from escalation.procedures.clock_reading import Habits, read_clock
from escalation.procedures.definition import Acting, ClockDefinition, PartnershipStage, Requirement, Sides, StageDefinition
from escalation.procedures.reading import KEY, Table, listed
from escalation.states import Force, Route

HIGHEST_LEVEL = 9
MOST_PANEL_AGENCIES = 12
PARTNERSHIP_ROLES = tuple(role for role in Role if role not in AGENCY_ROLES and role not in (Role.AUDITOR, Role.ADMINISTRATOR))


def _roles(table: Table, key: str, allowed: tuple[Role, ...]) -> tuple[str, ...]:
    roles = table.choices(key, Role)
    for role in roles:
        if role not in allowed:
            table.problem(key, f"“{role.value}” cannot act here. Who can: {listed(r.value for r in Role if r in allowed)}.")
    return tuple(role.value for role in roles if role in allowed)


def read_acting(stage: Table, side: str, allowed: tuple[Role, ...]) -> Acting:
    """Who acts on one side; nobody, with the mistake noted, where nobody is named."""
    table = stage.below(side)
    if table is None:
        if not stage.has(side):
            stage.problem(side, "This is missing. Give who acts on this side, by level, by roles or both.")
        return Acting()
    acting = Acting(level=table.whole("level", 1, HIGHEST_LEVEL), roles=_roles(table, "roles", allowed), words=table.text("words", longest=200))
    table.finish()
    if acting.level is None and not acting.roles and not (table.has("level") or table.has("roles")):
        table.problem("level", "Nobody acts on this side: give a level, roles, or both.")
    return acting


def _force(table: Table, routes: tuple[Route, ...]) -> dict[str, Force]:
    below = table.below("force")
    found: dict[str, Force] = {}
    for route in routes:
        if route is Route.BACK:
            continue
        needed = f"what a decision by {route.value} does (binding, advisory or mediation)"
        chosen = below.choice(route.value, Force, needed=needed) if below else None
        if chosen:
            found[route.value] = chosen
        if below is None and not table.has("force"):
            table.problem("force", f"This is missing. Give {needed}.")
    if below:
        below.finish()
    return found


def _panel(table: Table) -> tuple[int, bool, str]:
    below = table.below("panel")
    if below is None:
        return 0, False, ""
    agencies = below.whole("agencies", 1, MOST_PANEL_AGENCIES, default=0) or 0
    parties, chair = below.flag("includes_parties", default=False), below.text("chair", longest=200)
    below.finish()
    return agencies, parties, chair


def _partnership(stage: Table) -> PartnershipStage | None:
    table = stage.below("partnership")
    if table is None:
        stage.problem("partnership", "This is missing. Give the routes of this stage and who may refer to it.")
        return None
    routes = table.choices("routes", Route)
    if not routes and not table.has("routes"):
        table.problem("routes", f"This is missing. Give what the partnership may do, some of {listed(Route)}.")
    force = _force(table, routes)
    agencies, parties, chair = _panel(table)
    found = PartnershipStage(
        routes=routes,
        force=force,
        refer_roles=_roles(table, "refer_roles", tuple(AGENCY_ROLES)),
        via_business_manager=table.flag("via_business_manager", default=False),
        panel_agencies=agencies,
        panel_includes_parties=parties,
        panel_chair=chair,
        outsiders_may_decide=table.flag("outsiders_may_decide", default=True),
    )
    table.finish()
    _check_partnership(table, found)
    return found


def _check_partnership(table: Table, found: PartnershipStage) -> None:
    if not found.refer_roles and not table.has("refer_roles"):
        table.problem("refer_roles", "This is missing. Give the roles that may refer to the partnership.")
    if table.raw("refer_roles") == []:
        table.problem("refer_roles", "Nobody could refer it: give at least one role.")
    if Route.PANEL in found.routes and not found.panel_agencies and not table.has("panel"):
        table.problem("panel", "This is missing. Give the number of agencies that sit on a panel, like panel = { agencies = 3 }.")
    if table.has("panel") and Route.PANEL not in found.routes:
        table.problem("panel", "There is a panel here, but “panel” is not among the routes.")
    if not found.outsiders_may_decide and Force.BINDING in found.force.values():
        table.problem("force", "Nobody outside the agencies may decide in this procedure, so no route can be binding.")


def _clocks(stage: Table, key: str, habits: Habits) -> tuple[ClockDefinition, ...]:
    name = "clock" if key == "clocks" else "urgent clock"
    found = (read_clock(table, habits) for table in stage.each(key, name))
    return tuple(clock for clock in found if clock)


def _forms(stage: Table) -> tuple[str, ...]:
    forms = stage.texts("forms", longest=60)
    for form in forms:
        if not KEY.fullmatch(form):
            stage.problem("forms", f"“{form}” cannot name a form: use small letters, digits and underscores, a letter first.")
    return forms


def read_stage(table: Table, position: int, habits: Habits, number: str) -> StageDefinition:
    """One stage at this position; `number` is the one it gets where the file gives none.

    What is wrong is noted; what could be read is returned, so that the whole can be checked too.
    """
    sides = table.choice("sides", Sides) or Sides.BOTH
    raising = read_acting(table, "raising", tuple(AGENCY_ROLES))
    receiving = Acting()
    if sides is Sides.BOTH:
        receiving = read_acting(table, "receiving", tuple(AGENCY_ROLES)) if table.has("receiving") else raising
    elif sides is Sides.PARTNERSHIP:
        receiving = read_acting(table, "receiving", PARTNERSHIP_ROLES)
    partnership = _partnership(table) if sides is Sides.PARTNERSHIP else None
    stage = StageDefinition(
        position=position,
        key=table.key("key", "a short name for this stage"),
        number=table.text("number", default=number, longest=20),
        name=table.text("name", needed="the name of this stage", longest=200),
        sides=sides.value,
        raising=raising,
        receiving=receiving,
        clocks=_clocks(table, "clocks", habits),
        urgent_clocks=_clocks(table, "urgent_clocks", habits),
        tells_unit=table.flag("tells_unit", default=False),
        warns_other_side=table.flag("warns_other_side", default=False),
        forms=_forms(table),
        requires=tuple(item.value for item in table.choices("requires", Requirement)),
        is_meeting=table.flag("is_meeting", default=False),
        partnership=partnership,
        source=table.text("source"),
        informal=table.flag("informal", default=False),
    )
    table.flag("counted", default=True)
    table.finish()
    return stage
