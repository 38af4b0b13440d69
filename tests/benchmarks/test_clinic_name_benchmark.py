"""The benchmark of names at a tiny size: that it works, not how fast it is."""

from collections.abc import Callable

from benchmarks.clinic_names import measure, report


def test_it_measures_every_kind_of_question(new_database: Callable[[str | None], str], reference_url: str) -> None:
    timings, plan, made_with = measure(new_database(reference_url), clinics=60, questions=3)

    assert len(timings) == 10
    assert all(each.milliseconds and min(each.milliseconds) > 0 for each in timings)
    assert "tsquery" in plan
    text = report(timings, plan, made_with, clinics=60)
    assert "# Clinics by name, among 60" in text
    assert text.count("\n| ") == 11
