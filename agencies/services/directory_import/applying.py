"""Writes the checked rows: what is new is created, what differs is changed, what is the same is left alone. Nothing is removed."""

from collections.abc import Hashable
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import models

from agencies.models import Agency, ClosureDay, Cover, Membership, Partnership, Post, PostHolding, SeniorityLevel, User
from agencies.places import shared
from agencies.services.directory_import.columns import AGENCIES, CLOSURES, COVER, LEVELS, PARTNERSHIP, PEOPLE, POSTS
from agencies.services.directory_import.reading import Row, Rows
from agencies.services.identity.second_factor import required_at_first

M = TypeVar("M", bound=models.Model)


class Shelf(Generic[M]):
    """The rows of one table by a key that people know, and what an import did to them."""

    def __init__(self, model: type[M], stored: dict[Hashable, M]) -> None:
        self.model = model
        self.rows = stored
        self.made: dict[int, M] = {}
        self.changed: dict[int, M] = {}
        self.fields: set[str] = set()

    def put(self, key: Hashable, new: dict[str, Any], **fields: Any) -> M:
        """The row of this key with these fields: changed where it differs, made with `new` where there is none."""
        row = self.rows.get(key)
        if row is None:
            row = self.rows[key] = self.model(**new)
            self.made[id(row)] = row
        differing = {name for name, value in fields.items() if getattr(row, name) != value}
        if differing and id(row) not in self.made:
            self.changed[id(row)] = row
            self.fields |= differing
        for name in differing:
            setattr(row, name, fields[name])
        return row

    def write(self) -> None:
        """All of it, in one statement for what is new and one for what changed."""
        self.model._default_manager.bulk_create(list(self.made.values()), batch_size=500)
        if self.changed:
            self.model._default_manager.bulk_update(list(self.changed.values()), sorted(self.fields), batch_size=200)


class Application:
    """One import being written, in the order in which the tables refer to each other."""

    def __init__(self, partnership: Partnership, rows: Rows, today: date) -> None:
        self.partnership = partnership
        self.today = today
        self.rows = rows
        self.done: set[Hashable] = set()
        self.levels = Shelf(SeniorityLevel, {row.number: row for row in partnership.levels.all()})
        self.agencies = Shelf(Agency, {row.code: row for row in partnership.agencies.all()})
        posts = Post.objects.filter(agency__partnership=partnership).select_related("agency", "level")
        self.posts = Shelf(Post, {(row.agency.code, row.level.number if row.level else None, row.title): row for row in posts})
        emails = {row["email"] for row in self._of(PEOPLE.name)}
        emails |= {row["supervisor"] for row in self._of(PEOPLE.name)} | {row[name] for row in self._of(COVER.name) for name in ("person", "deputy")}
        self.users = Shelf(User, {row.email: row for row in User.objects.filter(email__in=emails)})
        self.roles = Shelf(Membership, {(row.user_id, row.agency_id, row.role): row for row in partnership.memberships.all()})
        self.holdings = Shelf(
            PostHolding, {(row.post_id, row.user_id): row for row in PostHolding.objects.filter(post__agency__partnership=partnership)}
        )
        ours = {partnership.pk, *(row.pk for row in self.agencies.rows.values())}
        # What was arranged for places of another partnership too is not changed from here.
        cover = [row for row in Cover.objects.filter(person__email__in=emails) if row.kept <= ours]
        self.cover = Shelf(Cover, {(row.person_id, row.starts): row for row in cover})
        self.closures = Shelf(ClosureDay, {row.day: row for row in partnership.closure_days.all()})

    def shelves(self) -> tuple[Shelf[Any], ...]:
        """Every table, in the order of writing."""
        return (self.levels, self.agencies, self.posts, self.users, self.roles, self.holdings, self.cover, self.closures)

    def people(self) -> set[UUID]:
        """Those with an account to whom the files give a place."""
        stored = {row["email"]: self.users.rows.get(row["email"]) for row in self._of(PEOPLE.name)}
        return {user.pk for user in stored.values() if user is not None}

    def write(self) -> None:
        """Puts every row on its shelf and writes the shelves."""
        self._levels_and_days()
        self._agencies()
        self._posts()
        foreign = self._foreign_accounts()
        for row in self._of(PEOPLE.name):
            self._user(row, foreign)
        for row in self._of(PEOPLE.name):
            self._role(row)
        for shelf in self.shelves():
            if shelf is self.cover:
                self._cover()
            shelf.write()

    def _cover(self) -> None:
        """For the places of this partnership in which both sit by now on the first day, or today where that is over, or the last where all is.

        What is there already stays.
        """
        for row in self._of(COVER.name):
            person, deputy, starts = self.users.rows[row["person"]], self.users.rows[row["deputy"]], row["starts"]
            known, ends = self.cover.rows.get((person.id, starts)), row["ends"]
            if known is None or (known.deputy_id, known.ends) != (deputy.id, ends):
                places = shared(person.id, deputy.id, min(max(self.today, starts), ends))
                here = Cover.keeping(place.key for place in places if place.partnership_id == self.partnership.pk)
                self.cover.put((person.id, starts), {"person": person, "starts": starts}, deputy_id=deputy.id, ends=ends, places=here)

    def _of(self, name: str) -> list[Row]:
        return self.rows.get(name, [])

    def _levels_and_days(self) -> None:
        for row in self._of(LEVELS.name):
            self.levels.put(row["level"], {"partnership": self.partnership, "number": row["level"]}, name=row["name"])
        for row in self._of(CLOSURES.name):
            self.closures.put(row["day"], {"partnership": self.partnership, "day": row["day"]}, words=row["words"])

    def _agencies(self) -> None:
        before = {code: (row.is_active, row.acting_agency_id) for code, row in self.agencies.rows.items()}
        for row in self._of(AGENCIES.name):
            self.agencies.put(
                row["code"], {"partnership": self.partnership, "code": row["code"]}, name=row["name"], kind=row["kind"],
                is_external=row["external"], is_flat=row["flat"], has_board_member=row["board_member"], mailbox=row["mailbox"],
                phone=row["phone"], out_of_hours=row["out_of_hours"], is_active=row["active"],
                member_since=row["member_since"],
            )  # fmt: skip
        for row in self._of(AGENCIES.name):  # a second time round, since one may act for another that stands further down
            proxy = self.agencies.rows[row["acts_through"]].id if row["acts_through"] else None
            self.agencies.put(row["code"], {}, acting_agency_id=proxy, acting_from_level=row["acts_from_level"])
        for code, (was_active, proxy) in before.items():
            agency = self.agencies.rows[code]
            if (was_active and not agency.is_active) or proxy not in {None, agency.acting_agency_id}:
                self.agencies.put(code, {}, unseated_on=self.today)

    def _posts(self) -> None:
        for row in self._of(POSTS.name):
            agency, level = self.agencies.rows[row["agency"]], self.levels.rows.get(row["level"])
            self.posts.put(
                (row["agency"], row["level"], row["title"]),
                {"agency": agency, "level": level, "title": row["title"]},
                is_lead=row["lead"], is_board_member=row["board_member"], is_uncertain=bool(row["uncertain"]), uncertain_why=row["uncertain"],
                mailbox=row["mailbox"], phone=row["phone"], out_of_hours=row["out_of_hours"], confirmed_on=row["confirmed_on"],
            )  # fmt: skip

    def _foreign_accounts(self) -> set[UUID]:
        """People who also sit elsewhere: their name and phone are not this partnership's to change."""
        stored = [user.id for user in self.users.rows.values()]
        roles = Membership.objects.filter(user_id__in=stored).exclude(partnership=self.partnership)
        posts = PostHolding.objects.filter(user_id__in=stored).exclude(post__agency__partnership=self.partnership)
        return {*roles.values_list("user_id", flat=True), *posts.values_list("user_id", flat=True)}

    def _user(self, row: Row, foreign: set[UUID]) -> None:
        known = self.users.rows.get(row["email"])
        if known is None or known.id not in foreign:
            phone = row["phone"] or (known.phone if known else "")
            self.users.put(row["email"], {"email": row["email"], "password": make_password(None)}, name=row["name"], phone=phone)

    def _role(self, row: Row) -> None:
        """The role by the first row that names it, so that a second post of the same person does not change it to and fro; and the row's post."""
        user, agency = self.users.rows[row["email"]], self.agencies.rows.get(row["agency"])
        key = (user.id, agency.id if agency else None, row["role"])
        if key not in self.done:
            self.done.add(key)
            supervisor = self.users.rows[row["supervisor"]].id if row["supervisor"] else None
            new = {"partnership": self.partnership, "user": user, "agency": agency, "role": row["role"]}
            self.roles.put(key, new, job_title=row["job_title"], supervisor_id=supervisor, since=row["since"], until=row["until"])
        if row["post"]:
            post = self.posts.rows[row["agency"], row["level"], row["post"]]
            new = {"post": post, "user": user}
            self.holdings.put((post.id, user.id), new, rank=row["deputy"], since=row["since"], until=row["until"])


def partnership_for(rows: Rows, known: Partnership | None) -> Partnership:
    """The partnership as its file describes it, made or changed; the one given where there is no such file."""
    described = rows.get(PARTNERSHIP.name)
    if not described:
        assert known is not None  # noqa: S101 - the check before has refused this # nosec B101
        return known
    row = described[0]
    fields = {name: row[name] for name in ("name", "nation", "opens", "closes", "unit_name", "unit_email", "unit_phone", "front_door_name")}
    fields |= {"front_door_day": row["front_door_day"], "front_door_night": row["front_door_night"], "is_invented": row["invented"]}
    asked = [] if row["invented"] else required_at_first()
    made = fields | {"is_practice": bool(row["practice"]), "second_factor_roles": asked}
    return Partnership.objects.update_or_create(slug=row["code"], defaults=fields, create_defaults=made)[0]
