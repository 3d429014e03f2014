"""Bad addresses: what does not exist, what nobody may have, what stands after the question mark."""

import pytest

from tests.access.routes import Addresses
from tests.bad_input.driving import browser, nothing_stored
from tests.bad_input.reading import spelled, table


@pytest.mark.engines
@pytest.mark.django_db
def test_a_bad_address_is_answered_plainly_and_stores_nothing(addresses: Addresses, named: dict[str, str]) -> None:
    rows = table("addresses")["rows"]
    browsers = {who: browser(getattr(addresses.cast, who)) for who in {row[1] for row in rows}}
    with nothing_stored() as drive:
        for address, who, status, words in rows:
            drive.check((who, address), browsers[who].get(spelled(address, **named)), status, words)
