"""From the words of opening hours to rules: days, and what is said of them."""

from dataclasses import dataclass, field
from typing import NamedTuple

from locator.importing.cells.written_hours.clock_times import ALL_DAY, Clock, Doubt, Period, read_period
from locator.importing.cells.written_hours.words import HOLIDAYS, WEEK, NotUnderstood, Token, tokens_in


@dataclass(slots=True)
class Rule:
    """What is said of some days: periods, a comment ("by appointment"), or that it is closed.

    `days` is empty if none are named; `weeks` are those of the month (1 to 5, -1: the last), empty for all.
    """

    days: frozenset[int] = frozenset()
    weeks: tuple[int, ...] = ()
    periods: list[tuple[Period, ...]] = field(default_factory=list)  # for each written period, what it may mean
    comment: str = ""
    closed: bool = False
    part: int = 0  # which part of the text it stands in, as semicolons and line breaks part it
    only_except: bool = False  # it begins with "except"

    @property
    def says_something(self) -> bool:
        return bool(self.periods or self.comment or self.closed)


def read_rules(text: str) -> tuple[list[Rule], set[Doubt]]:
    """Return the rules of a text in their order, and what has to be asked; raises NotUnderstood."""
    return _RuleReader(list(tokens_in(text))).rules()


_SEPARATORS = ("comma", "and", "slash")


class _Item(NamedTuple):
    """Words that belong together: days, a period, or a word with a meaning of its own; `part` as in Rule."""

    kind: str
    part: int
    days: frozenset[int] = frozenset()
    weeks: tuple[int, ...] = ()
    period: tuple[Clock, Clock] | None = None
    text: str = ""

    @property
    def separates(self) -> bool:
        return self.kind == "part" or self.kind in _SEPARATORS


class _RuleReader:
    """Reads tokens into rules, one after the other."""

    def __init__(self, tokens: list[Token]):
        self._tokens = tokens
        self._at = 0
        self._part = 0
        self._rules: list[Rule] = []
        self._doubts: set[Doubt] = set()

    def rules(self) -> tuple[list[Rule], set[Doubt]]:
        """Return the rules in their order; raises NotUnderstood."""
        if not self._tokens:
            raise NotUnderstood
        items = self._items()
        self._combine(items)
        return self._rules, self._doubts

    # First the words that belong together: "Mon-Fri", "8-5", "1st and 3rd Tuesday".

    def _items(self) -> list[_Item]:
        items: list[_Item] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind in ("days", "holidays", "ordinal"):
                items.append(self._day_range())
            elif token.kind == "time":
                items.append(self._period())
            elif token.kind == "to":
                self._at += 1
                # "Mon - 8 to 5": a dash between days and hours says nothing.
                if not items or items[-1].kind == self._kind_ahead() or self._kind_ahead() is None:
                    raise NotUnderstood
            elif token.kind == "part":
                self._at += 1
                self._part += 1
                items.append(_Item("part", self._part))
            else:
                self._at += 1
                items.append(_Item(token.kind, self._part, text=token.text))
        return items

    def _kind_ahead(self) -> str | None:
        token = self._peek()
        if token is None:
            return None
        return {"time": "period", "ordinal": "days", "holidays": "days"}.get(token.kind, token.kind)

    def _peek(self, ahead: int = 0) -> Token | None:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def _is_next(self, *kinds: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token is not None and token.kind in kinds

    def _day_range(self) -> _Item:
        weeks: list[int] = []
        while (token := self._peek()) and token.kind == "ordinal":
            weeks.append(token.number)
            self._at += 1
            if self._is_next(*_SEPARATORS) and self._is_next("ordinal", ahead=1):
                self._at += 1
            elif self._is_next("comma") and self._is_next("and", ahead=1) and self._is_next("ordinal", ahead=2):
                self._at += 2
        first = self._peek()
        if first is None or first.kind not in ("days", "holidays"):
            raise NotUnderstood
        self._at += 1
        days = first.days
        if self._is_next("to") and self._is_next("days", ahead=1):
            last = self._tokens[self._at + 1]
            if len(days) > 1 or len(last.days) > 1 or HOLIDAYS in days:
                raise NotUnderstood
            self._at += 2
            days = _from_to(min(days), min(last.days))
        if (token := self._peek()) and token.kind == "weeks":
            self._at += 1
            if weeks:
                raise NotUnderstood
            weeks = list(token.weeks)
        if weeks and (len(days) > 1 or HOLIDAYS in days or len(set(weeks)) < len(weeks)):
            raise NotUnderstood
        return _Item("days", self._part, days, tuple(weeks))

    def _period(self) -> _Item:
        start = self._tokens[self._at].clock
        if not (self._is_next("to", ahead=1) and self._is_next("time", ahead=2)):
            raise NotUnderstood
        end = self._tokens[self._at + 2].clock
        self._at += 3
        if start is None or end is None:
            raise NotUnderstood
        return _Item("period", self._part, period=(start, end))

    # Then the rules: days and what is said of them, in one order or the other.

    def _combine(self, items: list[_Item]) -> None:
        said = [item.kind for item in items if not item.separates]
        if not said:
            raise NotUnderstood
        if said[0] in ("period", "all_day") and "days" in said and said[-1] == "days":
            items = _days_to_the_front(items)
        self._read_rules(items)

    def _read_rules(self, items: list[_Item]) -> None:
        rule: Rule | None = None
        separator = ""
        position = 0
        while position < len(items):
            item = items[position]
            position += 1
            if item.separates:
                if item.kind == "part" and rule is not None and not rule.says_something:
                    raise NotUnderstood
                separator = "part" if separator == "part" else item.kind
                continue
            position, rule = self._with_item(rule, items, position, separator)
            separator = ""
        if rule is not None and not rule.says_something:
            self._doubts.add(Doubt.NO_TIMES)

    def _with_item(
        self, rule: Rule | None, items: list[_Item], position: int, separator: str
    ) -> tuple[int, Rule | None]:
        """Add what the item before a position says; returns where to go on, and the rule that is being told."""
        item = items[position - 1]
        match item.kind:
            case "days":
                return position, self._with_more_days(rule, item, separator)
            case "always" | "all_day":
                return position, self._with_all_day(rule, item, is_alone=len(items) == 1)
            case "period":
                return position, self._with_period(rule, item, separator)
            case "comment":
                return position, self._with_comment(rule, item, separator)
            case "closed" | "lunch":
                return self._closed(items, position - 1, rule)
            case "except":
                return self._except(items, position, rule)
            case _:
                raise NotUnderstood

    def _with_all_day(self, rule: Rule | None, item: _Item, *, is_alone: bool) -> Rule:
        if item.kind == "always" and not is_alone:
            raise NotUnderstood
        rule = rule or self._new_rule(item, WEEK if item.kind == "always" else None)
        if rule.says_something:
            raise NotUnderstood
        rule.periods.append((ALL_DAY,))
        return rule

    def _with_comment(self, rule: Rule | None, item: _Item, separator: str) -> Rule:
        rule = rule or self._new_rule(item)
        # "8-5, by appointment": is it these hours, or others?
        if rule.comment or rule.closed or not item.text or (rule.periods and separator):
            raise NotUnderstood
        rule.comment = item.text
        return rule

    def _new_rule(self, item: _Item, days: frozenset[int] | None = None) -> Rule:
        rule = Rule(item.days if days is None else days, item.weeks, part=item.part)
        self._rules.append(rule)
        return rule

    def _with_more_days(self, rule: Rule | None, item: _Item, separator: str) -> Rule:
        if rule is None or rule.says_something:
            if rule is not None and not rule.days and not separator:
                raise NotUnderstood  # "9-12 Sat closed": whose hours are these?
            return self._new_rule(item)
        if not rule.weeks and not item.weeks:
            rule.days |= item.days
        elif rule.days == item.days and rule.weeks and item.weeks:
            rule.weeks += item.weeks  # "1st Tuesday and 3rd Tuesday"
        else:
            raise NotUnderstood
        return rule

    def _with_period(self, rule: Rule | None, item: _Item, separator: str) -> Rule:
        rule = rule or self._new_rule(item)
        if rule.closed or rule.comment:
            raise NotUnderstood
        # "Mon 8-12; 1-5": the second may belong to another day.
        if separator == "part" and rule.periods and rule.days:
            raise NotUnderstood
        self._add_period(rule, item)
        return rule

    def _add_period(self, rule: Rule, item: _Item) -> None:
        if item.period is None:
            raise NotUnderstood
        after = rule.periods[-1][0].end if rule.periods and len(rule.periods[-1]) == 1 else 0
        reading = read_period(*item.period, after=after)
        if reading.doubt:
            self._doubts.add(reading.doubt)
        rule.periods.append(reading.periods)

    def _closed(self, items: list[_Item], position: int, rule: Rule | None) -> tuple[int, Rule | None]:
        """Read what "closed" or "lunch" is about: the days before it, those after it, or a break in the hours."""
        begin = position
        position = _past(items, position, "lunch", "closed")
        is_lunch = any(item.kind == "lunch" for item in items[begin:position])
        following = items[position] if position < len(items) else None
        if following is not None and following.kind == "period":
            if rule is None or not rule.periods or rule.closed:
                raise NotUnderstood
            self._take_a_break(rule, following)
            return _past(items, position + 1, "lunch", "closed"), rule
        if is_lunch:
            raise NotUnderstood
        if rule is not None and not rule.says_something:
            rule.closed = True
            return position, rule
        if following is None and rule is None:
            self._doubts.add(Doubt.ALL_CLOSED)
            return position, None
        if following is None or following.kind != "days":
            raise NotUnderstood
        days, position = _days_at(items, position)
        closed = self._new_rule(days)
        closed.closed = True
        return position, closed

    def _take_a_break(self, rule: Rule, item: _Item) -> None:
        told = [each for each in self._rules if each.periods]
        reading = read_period(*item.period) if item.period else None
        if reading is None or len(told) > 1 or len(rule.periods) != 1 or len(rule.periods[0]) != 1:
            raise NotUnderstood
        if len(reading.periods) != 1:
            raise NotUnderstood
        [whole], [pause] = rule.periods[0], reading.periods
        if not whole.start < pause.start < pause.end < whole.end:
            raise NotUnderstood
        rule.periods[:] = [(Period(whole.start, pause.start),), (Period(pause.end, whole.end),)]

    def _except(self, items: list[_Item], position: int, rule: Rule | None) -> tuple[int, Rule]:
        if rule is None or position == len(items) or items[position].kind != "days":
            raise NotUnderstood
        days, position = _days_at(items, position)
        if not rule.says_something:  # "daily except Sunday 8-5"
            if days.weeks or not days.days <= rule.days | {HOLIDAYS}:
                raise NotUnderstood
            self._rules.remove(rule)
            self._new_rule(days).closed = True
            rule.days -= days.days
            self._rules.append(rule)
            return position, rule
        excepted = self._new_rule(days)
        excepted.only_except = True
        if position == len(items) or items[position].kind != "period":
            excepted.closed = True
            return position, excepted
        self._add_period(excepted, items[position])
        return position + 1, excepted


def _past(items: list[_Item], position: int, *kinds: str) -> int:
    """Return the position behind the items of these kinds."""
    while position < len(items) and items[position].kind in kinds:
        position += 1
    return position


def _days_at(items: list[_Item], position: int) -> tuple[_Item, int]:
    """Return the days that stand at a position and after it as one item, and the position behind them."""
    together = items[position]
    position += 1
    while True:
        ahead = _past(items, position, *_SEPARATORS)
        is_more = ahead < len(items) and items[ahead].kind == "days" and not (items[ahead].weeks or together.weeks)
        # "closed Sat, Sun 9-12": the last day has hours of its own.
        if not is_more or _have_hours(items, ahead):
            return together, position
        together = together._replace(days=together.days | items[ahead].days)
        position = ahead + 1


def _have_hours(items: list[_Item], position: int) -> bool:
    """Return whether the days at a position, and those right after them, have hours."""
    ahead = _past(items, position, "days", *_SEPARATORS)
    return ahead < len(items) and items[ahead].kind in ("period", "all_day", "comment", "closed")


def _days_to_the_front(items: list[_Item]) -> list[_Item]:
    """Return hours that stand before their days, "8-5 Mon-Fri, 9-12 Sat", the other way round.

    What follows "closed" and "except" stays as it is: "8-5 Mon-Fri, closed Sat".
    """
    at = next((at for at, item in enumerate(items) if item.kind in ("closed", "except", "lunch")), len(items))
    before, after = [item for item in items[:at] if not item.separates], items[at:]
    if not any(item.kind == "days" for item in before):
        return items  # "8-5, closed Sunday"
    if before[-1].kind != "days":
        raise NotUnderstood
    if after:
        return [*_turned_round(before), _Item("part", 0), *after]
    return _turned_round(before)


def _turned_round(items: list[_Item]) -> list[_Item]:
    turned: list[_Item] = []
    while items:
        days_at = next(at for at, item in enumerate(items) if item.kind == "days")
        end = _past(items, days_at, "days")
        if not days_at:
            raise NotUnderstood
        turned += [*([_Item("part", 0)] if turned else []), *items[days_at:end], *items[:days_at]]
        items = items[end:]
    return turned


def _from_to(first: int, last: int) -> frozenset[int]:
    """Return the days from one to another, over the end of the week if need be."""
    if first == last:
        raise NotUnderstood
    return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))
