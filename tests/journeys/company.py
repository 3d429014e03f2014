"""Those who take part in the journeys, beside the cast."""

from dataclasses import dataclass

from agencies.models import Agency, User
from tests.cast import Cast


@dataclass(frozen=True)
class Company:
    """The cast, a fourth agency, and the levels that the cast leaves empty."""

    cast: Cast
    health: Agency
    receiving_head: User
    police_senior: User
    health_manager: User
    health_senior: User
    health_head: User
