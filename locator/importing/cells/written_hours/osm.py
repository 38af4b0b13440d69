"""Opening hours as Americans write them, in the OSM language: "M-F 8a-5p; Sat 9-12, closed Sun"."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from locator.importing.cells.written_hours.clock_times import ALL_DAY, Doubt, Period
from locator.importing.cells.written_hours.rules import Rule, read_rules
from locator.importing.cells.written_hours.words import HOLIDAYS, WEEK, WEEKEND, WORKDAYS, NotUnderstood

_CODES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH")
_MOST_READINGS = 3


@dataclass(frozen=True, slots=True)
class Written:
    """Hours in the OSM language: `readings` are what they may mean, likeliest first; no doubt: the one is meant."""

    readings: tuple[str, ...]
    doubts: frozenset[Doubt] = frozenset()

    @property
    def is_sure(self) -> bool:
        return not self.doubts and len(self.readings) == 1


def read_written_hours(text: str) -> Written | None:
    """Return what hours as people write them mean, None if they are not understood."""
    try:
        return _written(read_rules(text))
    except NotUnderstood:
        return None


def _written(read: tuple[list[Rule], set[Doubt]]) -> Written:
    rules, doubts = read
    if rules and all(rule.closed for rule in rules):
        doubts.add(Doubt.ALL_CLOSED)
    if Doubt.NO_TIMES in doubts or Doubt.ALL_CLOSED in doubts:
        return Written((), frozenset(doubts))
    rules = _with_days(rules, doubts)
    readings: list[str] = []
    for chosen in _choices(rules):
        text = _osm(rules, chosen, doubts)
        if text not in readings:
            readings.append(text)
    return Written(tuple(readings), frozenset(doubts))


def _with_days(rules: list[Rule], doubts: set[Doubt]) -> list[Rule]:
    """Return the rules with days for those that name none: all but the closed ones, or else it is asked."""
    if all(rule.days for rule in rules):
        return rules
    open_rules = [rule for rule in rules if not rule.closed]
    closed = frozenset[int]().union(*(rule.days for rule in rules if rule.closed and not rule.weeks))
    if len(open_rules) != 1 or open_rules[0].days:
        raise NotUnderstood
    [rule] = open_rules
    if (rule.comment and not rule.periods) or rule.periods == [(ALL_DAY,)]:
        rule.days = WEEK - closed
    else:
        rule.days = WORKDAYS - closed
        if closed & WEEK != WEEKEND:
            doubts.add(Doubt.NO_DAYS)
    return rules


def _choices(rules: list[Rule]) -> Iterator[dict[int, Period]]:
    """Yield one period for each written one, at most a few combinations; none if one of them can mean nothing."""
    written = [periods for rule in rules for periods in rule.periods]
    if not all(written):
        return
    yield {number: periods[0] for number, periods in enumerate(written)}
    others = [(number, period) for number, periods in enumerate(written) for period in periods[1:]]
    if len([periods for periods in written if len(periods) > 1]) == 1:
        for number, period in others[: _MOST_READINGS - 1]:
            yield {place: periods[0] for place, periods in enumerate(written)} | {number: period}


def _osm(rules: list[Rule], chosen: dict[int, Period], doubts: set[Doubt]) -> str:
    week: dict[int, tuple[tuple[Period, ...], str]] = {}
    closed: set[int] = set()
    monthly: list[str] = []
    monthly_days: set[int] = set()
    number = 0
    for rule in rules:
        periods = [chosen[number + place] for place in range(len(rule.periods))]
        number += len(rule.periods)
        if rule.weeks:
            weeks = ",".join(map(str, rule.weeks))
            [day] = rule.days
            monthly.append(f"{_CODES[day]}[{weeks}] {_hours(tuple(periods), rule.comment)}")
            monthly_days.add(day)
            continue
        for day in sorted(rule.days):
            if rule.closed:
                if day in week and week[day][1]:
                    raise NotUnderstood
                week.pop(day, None)
                closed.add(day)
                continue
            if day in closed:
                raise NotUnderstood
            before = week.get(day)
            if before is None or rule.only_except:
                week[day] = (_in_order(periods), rule.comment)
                continue
            week[day] = _both(before, (_in_order(periods), rule.comment), rule, rules, doubts)
    if monthly_days & (week.keys() | closed) or len(monthly_days) < len(monthly):
        raise NotUnderstood
    return _joined(week, closed, monthly)


def _in_order(periods: list[Period]) -> tuple[Period, ...]:
    ordered = tuple(sorted(periods, key=lambda each: each.start))
    if any(first.is_overnight or first.end > second.start for first, second in pairwise(ordered)):
        raise NotUnderstood
    return ordered


def _both(
    before: tuple[tuple[Period, ...], str],
    after: tuple[tuple[Period, ...], str],
    rule: Rule,
    rules: list[Rule],
    doubts: set[Doubt],
) -> tuple[tuple[Period, ...], str]:
    """Return what two rules say of one day: mornings and afternoons together; an exception is asked about."""
    if before == after:
        return before
    if before[1] != after[1]:
        raise NotUnderstood
    try:
        return _in_order([*before[0], *after[0]]), before[1]
    except NotUnderstood:
        if not any(rule.days < other.days for other in rules if other is not rule and not other.closed):
            raise
        doubts.add(Doubt.REPLACED)
        return after


def _hours(periods: tuple[Period, ...], comment: str) -> str:
    times = ",".join(map(str, periods))
    return f'{times} "{comment}"'.strip() if comment else times


def _joined(week: dict[int, tuple[tuple[Period, ...], str]], closed: set[int], monthly: list[str]) -> str:
    if week.keys() == WEEK and set(week.values()) == {((ALL_DAY,), "")} and not closed and not monthly:
        return "24/7"
    said: dict[str, list[int]] = {}
    for day in sorted(week):
        said.setdefault(_hours(*week[day]), []).append(day)
    if not closed and not monthly and len(said) == 1 and week.keys() == WEEK and not week[0][0]:
        return next(iter(said))  # "by appointment", whatever the day
    rules = [f"{_days(days)} {hours}" for hours, days in said.items()]
    rules += monthly
    if closed:
        rules.append(f"{_days(sorted(closed))} off")
    return "; ".join(rules)


def _days(days: list[int]) -> str:
    """Write days as OSM does: Mo-Fr, or Mo,We,Fr; the holidays at the end."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1 and day != HOLIDAYS:
            runs[-1].append(day)
        else:
            runs.append([day])
    written: list[str] = []
    for run in runs:
        if len(run) > 2:
            written.append(f"{_CODES[run[0]]}-{_CODES[run[-1]]}")
        else:
            written += [_CODES[day] for day in run]
    return ",".join(written)
