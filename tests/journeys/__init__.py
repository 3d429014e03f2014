import pytest

pytest.register_assert_rewrite("tests.journeys.journey", "tests.journeys.window")
