"""How many examples Hypothesis generates for a test that needs a database or a server for each of them."""

from hypothesis import HealthCheck, settings

_OWN_NUMBER = 100  # what Hypothesis generates unless told otherwise, and what the profile "full" keeps


def share(number: int) -> int:
    """Return `number` under the profile "full", and the same share of it as of any test's examples under another."""
    return max(1, number * settings().max_examples // _OWN_NUMBER)


def examples(number: int) -> settings:
    """Generate `number` examples, or their share.

    There is no deadline: a real database is as slow as it is. Fixtures are shared by all examples of a test.
    """
    return settings(
        max_examples=share(number),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
