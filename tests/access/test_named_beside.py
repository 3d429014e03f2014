"""What is named beside the address, in its query: another partnership, agency or draft. It opens nothing that the address alone does not."""

import pytest

from tests.access.asking import everybody
from tests.access.routes import Addresses
from tests.access.test_matrix import _on_monday_at_ten as _on_monday_at_ten
from tests.access.test_matrix import addresses as addresses
from tests.access.test_matrix import dispute as dispute

pytestmark = pytest.mark.django_db
DAYS = "first_0=1&first_1=1&first_2=2026&last_0=2&last_1=3&last_2=2026"
# Pages of a partnership, opened by another's business unit and lead with this one's name in the query.
OF_A_PARTNERSHIP = (
    "reports/", "reports/2025/", "reports/2025/figures.csv", "reports/2025/words/", "reports/standing/", "reports/standing/figures.csv",
    "board-page/", "board-page/figures.csv", "reports/findings/", "reports/audits/", "reports/record/", "reports/cover/", "returns/", "board/",
    "learning/", "keeping/", "keeping/access/", "keeping/holds/", "messages/", "procedures/", "directory/calendar/", "directory/people/",
    "directory/mail-providers/", "directory/second-factor/",
)  # fmt: skip
# Pages of an agency, opened with an agency that is not one's own: by those of another partnership, and by leads and managers of this one.
OF_AN_AGENCY = (
    "my-agency/?", "my-agency/2025/?", "my-agency/2025/figures.csv?", "my-agency/2025/scorecard.pdf?", f"keeping/processing/?{DAYS}&",
    f"keeping/processing/lines.csv?{DAYS}&", "board/?",
)  # fmt: skip
THIS = ("Hillside", "Northshire", "ESC-")


def content(answer: object) -> str:
    parts = getattr(answer, "streaming_content", None) or [answer.content]  # type: ignore[attr-defined]
    return b"".join(parts).decode(errors="replace")


def test_another_partnerships_name_in_a_query_shows_nothing_of_it(addresses: Addresses) -> None:
    shown = []
    for part, person in everybody(addresses.cast, "their_unit", "stranger").items():
        for page in OF_A_PARTNERSHIP:
            answer = person.browser.get(f"/{page}?partnership={addresses.cast.partnership.slug}")
            said = content(answer).replace("ESC- and six", "")
            if answer.status_code == 200 and any(word in said for word in THIS):
                shown.append(f"{part}: {page}")
    assert shown == []


def test_another_agencys_key_in_a_query_is_refused(addresses: Addresses) -> None:
    cast, opened = addresses.cast, []
    foreign = {"lead": cast.social_care, "receiving_lead": cast.school, "own_senior": cast.police, "their_unit": cast.school, "stranger": cast.police}
    for part, person in everybody(cast, *foreign).items():
        answers = {page: person.browser.get(f"/{page}agency={foreign[part].pk}").status_code for page in OF_AN_AGENCY}
        # The register of another's unit knows no such agency: beside its field, or, its own board, as a choice that is none.
        opened += [f"{part}: {page} {status}" for page, status in answers.items() if status not in {400, 403, 404}]
    assert opened == []


def test_anothers_draft_in_a_query_is_not_there(addresses: Addresses) -> None:
    asked = [
        person.browser.get(f"/log/danger/?draft={addresses.draft.reference}") for person in everybody(addresses.cast, "lead", "stranger").values()
    ]
    assert [answer.status_code for answer in asked] == [404, 404]
