"""Doors, ways and what is asked only of some, on the question pages, the check page and the disagreement's page."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from escalation.engine.case import Case, assemble
from escalation.engine.definitions import definition_of
from escalation.models import Dispute, Draft, ProcedureVersion
from escalation.procedures.schema import to_json
from escalation.services import drafts
from escalation.services.submission import Problems
from escalation.states import EventKind, Side, State
from tests.cast import Cast
from tests.side_by_side import both_in_force, sending
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.web.test_log import IMPACT, MATTER, ONE_CHILD, TRIED, begun, counterpart, summary
from tests.world import World, answers, london

pytestmark = pytest.mark.django_db
YOUNG = {**ONE_CHILD, "child-0-born_2": "2009"}
SOON = {"urgent": "on", "respond_by_0": "2", "respond_by_1": "3", "respond_by_2": "2026", "respond_by_3": "4:30pm"}


def at(cast: Cast, key: str = "bristol") -> Visitor:
    """The raiser's browser, under this procedure."""
    return Visitor(cast.raiser, World(cast, key).now)


def filled(cast: Cast, visitor: Visitor, door: str = "none", **pages: dict[str, Any]) -> Dispute:
    """A draft with every question answered but the last; `pages` replace the usual answers."""
    dispute = begun(cast, visitor, door)
    usual: dict[str, dict[str, Any]] = {"agency": {"receiving": [str(cast.social_care.pk)]}, "child": ONE_CHILD}
    usual |= {"matter": MATTER, "impact": IMPACT, "tried": TRIED}
    for slug, data in (usual | pages).items():
        if data:
            response = visitor.post(f"/log/{dispute.reference}/{slug}/", data)
            assert response.status_code == 302, (slug, Page(response.content.decode()).one("main").text)
    return dispute


def sent(cast: Cast, visitor: Visitor, dispute: Dispute, **more: str) -> Dispute:
    """The last question answered, and sent."""
    visitor.post(f"/log/{dispute.reference}/counterpart/", counterpart(cast, **more))
    assert visitor.post(f"/log/{dispute.reference}/check/").headers["Location"] == f"/log/{dispute.reference}/sent/"
    return Dispute.objects.get(pk=dispute.pk)


def words(visitor: Visitor, path: str) -> str:
    return visitor.page(path).one("main").text


def test_a_door_that_asks_offers_each_of_its_ways(cast: Cast) -> None:
    visitor = at(cast, "buckinghamshire")
    labels = [one.text for one in visitor.page("/log/").all("label")]
    assert len([label for label in labels if label.startswith("How an allegation is being managed: ")]) == 3


def test_a_way_that_stops_says_where_to_go_and_stores_nothing(cast: Cast) -> None:
    """BUC-10, the second way."""
    visitor = at(cast, "buckinghamshire")
    page = Page(visitor.post("/log/", {"danger": "no", "door": "allegation_handling:not_consulted"}).content.decode())
    assert "Ring the local authority designated officer yourself, now." in page.one("main").text
    assert not Dispute.objects.exists()


def test_a_way_of_its_own_is_explained_before_the_questions_and_on_the_check_page(cast: Cast) -> None:
    """BUC-09."""
    visitor = at(cast, "buckinghamshire")
    dispute = filled(cast, visitor, "conference_dissent")
    said = words(visitor, f"/log/{dispute.reference}/signpost/")
    assert "it goes first to: Designated person, operations manager or detective inspector (level 3)." in said
    assert "It starts at stage 2 (Designated persons)." in said
    check = words(visitor, f"/log/{dispute.reference}/check/")
    assert "Its own way Dissent from a child protection conference." in check
    assert "First to designated person, operations manager or detective inspector Dilys Frost" in check


def test_sent_on_its_own_way_the_page_says_so_and_leads_on_by_it(cast: Cast) -> None:
    """BUC-09: through the pages."""
    visitor = at(cast, "buckinghamshire")
    dispute = sent(cast, visitor, filled(cast, visitor, "conference_dissent"))
    assert (dispute.variant, dispute.runs.get().holder) == ("conference_dissent", cast.own_senior)
    assert "Sent to designated person" in words(visitor, f"/log/{dispute.reference}/sent/")
    page = words(visitor, f"/d/{dispute.reference}/")
    assert "Dissent from a child protection conference. The dissent stands in the conference's minutes." in page
    assert "not on this way" in page


def test_the_answer_at_the_door_can_be_changed_from_the_check_page(cast: Cast) -> None:
    visitor = at(cast, "buckinghamshire")
    dispute = filled(cast, visitor, "allegation_handling:at_first")
    where = f"/log/{dispute.reference}/door/"
    assert visitor.page(f"/log/{dispute.reference}/check/").all("a", href=f"{where}?check=1")
    assert visitor.page(where).one("input", value="allegation_handling:at_first").attrs.get("checked") is not None
    onward = visitor.post(f"{where}?check=1", {"door": "complaint"}).headers["Location"]
    assert visitor.page(onward).all("a", class_="govuk-button")[0].attrs["href"] == f"/log/{dispute.reference}/check/"
    assert (Draft.objects.get().answers["door"], Draft.objects.get().answers["way"]) == ("complaint", "")


def test_changed_to_what_the_procedure_does_not_take_the_draft_stays_as_it_was(cast: Cast) -> None:
    visitor = at(cast, "buckinghamshire")
    dispute = filled(cast, visitor)
    page = Page(visitor.post(f"/log/{dispute.reference}/door/", {"door": "conduct"}).content.decode())
    assert f"Your draft {dispute.reference} is as it was." in page.one("main").text
    assert Draft.objects.get().answers["door"] == ""


NAMES = {"Colin Reid", "Priya Nair"}


def test_a_disagreement_inside_the_own_agency_is_not_asked_with_whom(cast: Cast) -> None:
    """BRI-22: the door leads to the own agency, with another of its people on the other side."""
    visitor = at(cast)
    dispute = filled(cast, visitor, "own_agency", agency={})
    button = visitor.page(f"/log/{dispute.reference}/signpost/").all("a", class_="govuk-button")[0]
    assert button.attrs["href"] == f"/log/{dispute.reference}/child/"
    assert [one.attrs["value"] for one in visitor.page(f"/log/{dispute.reference}/agency/").all("input", name="receiving")] == [str(cast.school.pk)]
    visitor.post(f"/log/{dispute.reference}/counterpart/", {"start_stage": "1"})
    manager, other = (one.text for one in visitor.page(f"/log/{dispute.reference}/check/").all("strong") if one.text in NAMES)
    assert (manager, other) == ("Colin Reid", "Priya Nair")
    visitor.post(f"/log/{dispute.reference}/check/")
    assert Dispute.objects.get().is_own_agency


def test_two_clicks_at_the_own_agencys_door_begin_one_draft(cast: Cast) -> None:
    visitor = at(cast)
    for _ in range(2):
        begun(cast, visitor, "own_agency")
    assert Draft.objects.count() == 1


def test_a_familys_challenge_needs_their_words_and_is_marked_as_theirs(cast: Cast) -> None:
    """DEV-14: logged by a professional, shown as the child's or family's on the page and the record."""
    visitor = at(cast)
    dispute = filled(cast, visitor, "family_challenge", tried={})
    page = Page(visitor.post(f"/log/{dispute.reference}/tried/", TRIED).content.decode())
    assert summary(page) == ["Say what the child or family says, since the challenge is theirs"]
    visitor.post(f"/log/{dispute.reference}/tried/", {**TRIED, "family_view": "Nobody listened to us."})
    sent(cast, visitor, dispute)
    page_words = words(visitor, f"/d/{dispute.reference}/")
    assert "The child’s or family’s challenge. Aled Morgan raised it for them." in page_words
    assert "Disagreement logged, as the child’s or family’s challenge" in page_words


def test_capacity_is_asked_of_a_16_or_17_year_old_alone(cast: Cast) -> None:
    """BUC-08: by the date of birth."""
    visitor = at(cast, "buckinghamshire")
    dispute = filled(cast, visitor, matter={})
    assert not visitor.page(f"/log/{dispute.reference}/matter/").all("input", name="capacity")
    visitor.post(f"/log/{dispute.reference}/child/", YOUNG)
    page = Page(visitor.post(f"/log/{dispute.reference}/matter/", MATTER).content.decode())
    assert summary(page) == ["Say whether the capacity of the 16- or 17-year-old is in doubt"]
    visitor.post(f"/log/{dispute.reference}/matter/", {**MATTER, "capacity": "yes"})
    assert "Capacity in doubt Yes" in words(visitor, f"/log/{dispute.reference}/check/")
    sent(cast, visitor, dispute)
    assert "legal advice is taken; the courts may have to decide" in words(visitor, f"/d/{dispute.reference}/")


def test_a_birthday_changed_later_brings_the_question_back_on_the_check_page(cast: Cast) -> None:
    """BUC-08."""
    visitor = at(cast, "buckinghamshire")
    dispute = filled(cast, visitor)
    visitor.post(f"/log/{dispute.reference}/child/?check=1", YOUNG)
    page = visitor.page(f"/log/{dispute.reference}/check/")
    assert summary(page) == ["Say whether the capacity of the 16- or 17-year-old is in doubt"]
    assert page.all("a", href=f"/log/{dispute.reference}/matter/?check=1")


def test_the_level_of_need_is_asked_kept_and_shown(cast: Cast) -> None:
    visitor = at(cast)
    dispute = sent(cast, visitor, filled(cast, visitor, matter={**MATTER, "level_of_need": "3"}))
    assert dispute.level_of_need == 3
    assert "Level of need 3" in words(visitor, f"/d/{dispute.reference}/")


def test_whom_to_consult_first_is_named_and_what_is_missing_said_without_blocking(cast: Cast) -> None:
    """BRI-01."""
    visitor = at(cast)
    dispute = filled(cast, visitor)
    assert "talk first to: manager or supervisor or safeguarding lead" in words(visitor, f"/log/{dispute.reference}/tried/")
    assert "Nobody named. The procedure asks you to talk first to" in words(visitor, f"/log/{dispute.reference}/check/")
    assert sent(cast, visitor, dispute).state == State.OPEN


def test_who_answers_comes_first_and_what_few_need_lies_folded_until_something_unusual_stands_there(cast: Cast) -> None:
    visitor = at(cast)
    dispute = filled(cast, visitor)
    where = f"/log/{dispute.reference}/counterpart/"
    titles = {
        "Not the right person?", "It will not wait (optional)", "Start at a higher stage (optional)", "Whose decision it is (optional)",
        "Not safe to raise inside your own agency (optional)",
    }  # fmt: skip
    page = visitor.page(where)
    assert {one.text.split("?")[0] for one in page.all("summary")} >= {title.split("?")[0] for title in titles}
    assert not [one for one in page.all("details") if "open" in one.attrs]
    assert [one.attrs["name"] for one in page.all("input") if "form" in one.inside and "main" in one.inside and "details" not in one.inside] == [
        "csrfmiddlewaretoken", "seen",
    ]  # fmt: skip
    refused = Page(visitor.post(where, counterpart(cast, urgent="on")).content.decode())
    assert [one.text[:16] for one in refused.all("details") if "open" in one.attrs] == ["It will not wait"]
    visitor.post(where, counterpart(cast, **{f"holder_{cast.social_care.pk}": str(cast.receiving_lead.pk)}))
    chosen = visitor.page(where)
    assert [one.text[:16] for one in chosen.all("details") if "open" in one.attrs] == ["Not the right pe"]


def test_urgent_shows_the_out_of_hours_number_and_keeps_whom_one_has_rung(cast: Cast) -> None:
    """BRI-02, ENF-11: the number on the question and check pages, the talk on the record at its own moment."""
    visitor = at(cast, "enfield")
    dispute = filled(cast, visitor)
    where = f"/log/{dispute.reference}/counterpart/"
    assert not visitor.page(where).all("input", name="spoken_to")
    visitor.post(where, counterpart(cast, **SOON))
    assert "out of hours 0117 900 0999" in words(visitor, where)
    assert "Nobody yet. Ring before you send it" in words(visitor, f"/log/{dispute.reference}/check/")
    spoken = {"spoken_to": "Rashida Shah", "spoken_at_0": "2", "spoken_at_1": "3", "spoken_at_2": "2026", "spoken_at_3": "9:40am"}
    sent(cast, visitor, dispute, **SOON, **spoken)
    event = dispute.events.get(kind=EventKind.CONTACT)
    assert (event.happened_at, event.body.text) == (london("2026-03-02 09:40"), {"whom": "Rashida Shah"})
    assert "Reached someone" in words(visitor, f"/d/{dispute.reference}/")


def test_kept_from_the_own_agency_it_goes_by_the_business_unit_where_the_raiser_wants_that(cast: Cast) -> None:
    """BRO-11: through the pages, past manager and lead."""
    visitor = at(cast)
    dispute = filled(cast, visitor)
    where = f"/log/{dispute.reference}/counterpart/"
    assert not visitor.page(where).all("input", name="through")
    visitor.post(where, counterpart(cast, restricted="on", through="straight"))
    assert "Priya Nair, designated safeguarding lead" in words(visitor, where) or visitor.page(where).all("input", name="kept_from")
    sent(cast, visitor, dispute, restricted="on", through="by_unit", kept_from=str(cast.own_board.pk))
    assert "Sent to the partnership’s business unit" in words(visitor, f"/log/{dispute.reference}/sent/")
    manager = Visitor(cast.business_manager, london("2026-03-02 11:00"))
    assert "The referral was closed." in words(manager, f"/d/{dispute.reference}/")
    assert "one person of the own agency" in words(manager, f"/d/{dispute.reference}/")
    assert Visitor(cast.lead, london("2026-03-02 11:00")).get(f"/d/{dispute.reference}/").status_code == 404


def test_whom_the_page_does_not_offer_it_is_not_kept_from(cast: Cast) -> None:
    """BRO-11: the refusal stands beside the question, for somebody of the other agency as for the business unit."""
    visitor = at(cast)
    dispute = filled(cast, visitor)
    where = f"/log/{dispute.reference}/counterpart/"
    visitor.post(where, counterpart(cast, restricted="on", through="straight"))
    for user in (cast.receiver, cast.business_manager, cast.raiser):
        refused = Page(visitor.post(where, counterpart(cast, restricted="on", through="straight", kept_from=str(user.pk))).content.decode())
        assert refused.one("div", id="id_kept_from_error").text.startswith("Error:")
    sent(cast, visitor, dispute, restricted="on", through="straight", kept_from=str(cast.own_board.pk))
    assert World.fresh(dispute).conflicts == [str(cast.own_board.pk)]


def test_the_reviewing_unit_is_offered_others_only_where_the_procedure_lets_it(cast: Cast) -> None:
    """DEV-09."""
    bristol = Visitor(cast.reviewer, World(cast).now)
    assert "On behalf of" not in bristol.page("/log/").one("main").text
    World(cast, "devon", now=london("2026-03-02 10:01"))
    page = bristol.page("/log/", another="1")
    place = f"{cast.school.pk}:{cast.raiser.pk}"
    assert place in {one.attrs["value"] for one in page.all("option")}
    wanted = next(one.attrs["value"] for one in page.all("option") if one.text.startswith("Escalation procedure"))
    refused = Page(bristol.post("/log/", {"danger": "no", "place": place, "procedure": wanted}).content.decode())
    assert "Under this procedure nobody logs a disagreement between two other agencies" in refused.one("main").text


def test_the_address_names_nothing_of_what_was_chosen(cast: Cast) -> None:
    visitor = at(cast, "buckinghamshire")
    onward = visitor.post("/log/", {"danger": "no", "door": "allegation_handling:unresolved"}).headers["Location"]
    assert "allegation" not in onward
    assert date.fromisoformat("2026-03-02") == london("2026-03-02 10:00").date()


def test_a_door_to_another_procedure_begins_the_log_under_that_one_with_what_was_answered(world: World, cast: Cast) -> None:
    both_in_force(world)
    visitor = Visitor(cast.raiser, world.now)
    signpost = visitor.post("/log/", {"danger": "no", "door": "mash_decision"}).headers["Location"]
    dispute = Dispute.objects.get()
    assert definition_of(dispute.version_id).key == "hub"
    assert "mash" not in signpost
    page = visitor.page(signpost)
    assert "The hub has a procedure of its own. It goes on under: Decisions of the hub." in page.one("main").text
    assert page.all("a", class_="govuk-button")[0].attrs["href"] == f"/log/{dispute.reference}/agency/"
    again = visitor.page(f"/log/{dispute.reference}/door/")
    assert again.one("input", value="mash_decision").attrs.get("checked") is not None


def test_a_draft_that_turns_out_to_be_anothers_goes_over_whole(world: World, cast: Cast) -> None:
    both_in_force(world)
    visitor = Visitor(cast.raiser, world.now)
    draft = drafts.begin_draft(world.person(cast.raiser), agency=cast.school.pk, now=world.now)
    drafts.save_draft(draft.pk, world.person(cast.raiser), answers(cast.social_care), now=world.now)
    onward = visitor.post(f"/log/{draft.reference}/door/?check=1", {"door": "mash_decision"}).headers["Location"]
    assert "It goes on under: Decisions of the hub." in words(visitor, onward)
    check = words(visitor, f"/log/{draft.reference}/check/")
    assert ("closed without an assessment" in check, "A decision of the multi-agency safeguarding hub" in check) == (True, True)
    assert definition_of(Dispute.objects.get().version_id).key == "hub"


def test_a_door_to_a_procedure_that_is_not_in_force_stores_nothing(cast: Cast, world: World) -> None:
    """Brought in from elsewhere, since publishing refuses it."""
    stored = ProcedureVersion.objects.get(pk=world.version.pk)
    ProcedureVersion.objects.create(
        procedure=stored.procedure, number=9, definition=to_json(sending()), checksum="x", in_force_from=stored.in_force_from, published_at=world.now
    )
    main = Page(Visitor(cast.raiser, world.now).post("/log/", {"danger": "no", "door": "mash_decision"}).content.decode()).one("main").text
    assert "The procedure that it goes by is not in force in this partnership. Ask the business unit." in main
    assert ("Nothing has been stored." in main, Dispute.objects.exists()) == (True, False)


def test_the_procedures_page_leads_to_the_one_that_a_door_names(world: World, cast: Cast) -> None:
    both_in_force(world)
    version = ProcedureVersion.objects.get(procedure__is_default=True, number=2)
    page = Visitor(cast.raiser, world.now).page(f"/procedures/{version.pk}/")
    other = ProcedureVersion.objects.get(procedure__key="hub")
    assert page.one("a", href=f"/procedures/{other.pk}/").text == "Decisions of the hub"
    assert "Redirected" in page.one("main").text


def test_serious_and_stuck_are_asked_only_where_the_procedure_has_a_subgroup_for_them(cast: Cast) -> None:
    """DEV-07: through the page, and to the subgroup's chair at once."""
    visitor = at(cast, "devon")
    dispute = filled(cast, visitor, matter={**MATTER, "is_serious": "on"})
    page = visitor.page(f"/log/{dispute.reference}/matter/")
    assert page.one("input", name="is_serious").attrs.get("checked") is not None
    assert page.all("input", name="is_stuck")
    assert "For the subgroup A matter of serious concern" in words(visitor, f"/log/{dispute.reference}/check/")
    assert sent(cast, visitor, dispute).is_serious


def test_elsewhere_serious_and_stuck_are_not_asked_and_not_taken(cast: Cast) -> None:
    """DEV-07: of the five procedures, Devon's alone."""
    visitor = at(cast)
    dispute = filled(cast, visitor)
    assert not visitor.page(f"/log/{dispute.reference}/matter/").all("input", name="is_serious")
    drafts.save_draft(dispute.pk, World(cast, "bristol").person(cast.raiser), {"is_stuck": True})
    assert "This procedure puts no such matter to a subgroup" in summary(visitor.page(f"/log/{dispute.reference}/check/"))


def at_stage_two(case: Case, cast: Cast) -> set[UUID]:
    """Who may hold it there at the second stage."""
    return {found.user_id for found in case.candidates_at(Side.RECEIVING, cast.social_care.pk, 2)}


def test_whose_decision_it_is_is_chosen_from_their_people_and_answers_at_no_later_stage(cast: Cast) -> None:
    visitor = at(cast)
    dispute = filled(cast, visitor)
    where = f"/log/{dispute.reference}/counterpart/"
    offered = {one.attrs["value"] for one in visitor.page(where).all("option")}
    assert str(cast.receiving_senior.pk) in offered
    assert not {str(cast.colleague.pk), str(cast.police_manager.pk)} & offered
    refused = visitor.post(where, counterpart(cast, disputed_person=str(cast.police_manager.pk)))
    assert [words.endswith("choose one of the answers listed") for words in summary(Page(refused.content.decode()))] == [True]
    visitor.post(where, counterpart(cast, disputed_person=str(cast.receiving_senior.pk), disputed_name="The duty worker"))
    check = visitor.page(f"/log/{dispute.reference}/check/")
    assert f"Whose decision it is {cast.receiving_senior.name} and The duty worker" in check.one("main").text
    logged = sent(cast, visitor, dispute, disputed_person=str(cast.receiving_senior.pk))
    assert logged.disputed_person == cast.receiving_senior
    assert f"Whose decision it is {cast.receiving_senior.name}" in words(visitor, f"/d/{dispute.reference}/")
    case = assemble([logged], now=visitor.at)[0]
    assert cast.receiving_senior.pk not in at_stage_two(case, cast)
    case.dispute.disputed_person_id = None
    assert cast.receiving_senior.pk in at_stage_two(case, cast)


def test_the_check_changes_who_answers_where_it_starts_and_whose_decision_it_is_and_says_the_stage(cast: Cast) -> None:
    visitor = at(cast)
    dispute = filled(cast, visitor)
    where = f"/log/{dispute.reference}/counterpart/"
    higher = counterpart(cast, start_stage="2", start_reason="The risk is rising.") | {f"holder_{cast.social_care.pk}": str(cast.receiving_senior.pk)}
    visitor.post(where, higher)
    visitor.post(where, higher)
    check = visitor.page(f"/log/{dispute.reference}/check/")
    assert "Starts at Stage 2, service managers" in check.one("main").text
    assert "Starts higher because The risk is rising." in check.one("main").text
    leads = {one.text: one.attrs["href"] for one in check.all("a") if one.text.startswith("Change")}
    assert "Change raised by" not in leads
    for words_, summary_ in (
        (f"Change who answers at {cast.social_care.name}", "Not the right person?"),
        ("Change starts at", "Start at a higher stage"),
        ("Change whose decision it is", "Whose decision it is"),
    ):
        path, query = leads[words_].split("?")
        opened = [one.text for one in visitor.page(path, **dict(pair.split("=") for pair in query.split("&"))).all("details") if "open" in one.attrs]
        assert any(one.startswith(summary_) for one in opened), words_


def test_somebody_from_elsewhere_took_no_decision_by_whatever_door_they_are_named(world: World) -> None:
    with pytest.raises(Problems, match="somebody of the agency you disagree with"):
        world.log(disputed_person=str(world.cast.police_manager.pk))
