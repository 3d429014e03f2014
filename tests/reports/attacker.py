"""A reader who wants the hidden counts of public editions, and knows how they are made: written apart from the product's proof, to judge it.

From the printed tables of one or several editions it sets up all that must be so (`knowledge.py`), and of each hidden count it looks for two values
that fit: whole numbers by narrowing what each count can be, and trying. A count of which it finds one value alone it takes for told.
"""

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

Name = Hashable
SMALL = range(1, 6)
MOST = 10_000
FAR = (1, -1, 2, -2, 3, -3, 4, -4)


@dataclass(frozen=True)
class Rule:
    """Signed counts whose sum lies between two numbers."""

    signed: tuple[tuple[Name, int], ...]
    least: int
    most: int

    def holds(self, values: Mapping[Name, int]) -> bool:
        return self.least <= sum(sign * values[name] for name, sign in self.signed) <= self.most


@dataclass
class Knowledge:
    """What can be read: counts that are shown, counts that are not with their least and most, and the rules between them."""

    shown: dict[Name, int] = field(default_factory=dict)
    spans: dict[Name, tuple[int, int]] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    sums: list[Rule] = field(default_factory=list)
    wanted: set[Name] = field(default_factory=set)

    def equal(self, parts: Iterable[Name], wholes: Iterable[Name]) -> None:
        """The ones add up to the others."""
        rule = Rule((*((name, 1) for name in parts), *((name, -1) for name in wholes)), 0, 0)
        self.rules.append(rule)
        self.sums.append(rule)

    def at_most(self, less: Iterable[Name], more: Iterable[Name]) -> None:
        """The ones are together no more than the others."""
        self.rules.append(Rule((*((name, 1) for name in less), *((name, -1) for name in more)), -MOST * 100, 0))


class Attacker:
    """Holds what it knows against the counts as they are, which tell it where to look first."""

    def __init__(self, known: Knowledge, truth: Mapping[Name, int]) -> None:
        self.known, self.truth = known, {**truth, **known.shown}
        self.rules = known.rules
        self._of: dict[Name, list[int]] = {}
        for at, rule in enumerate(self.rules):
            for name, _sign in rule.signed:
                self._of.setdefault(name, []).append(at)
        self.groups = self._groups()

    def wrong(self) -> list[Rule]:
        """Rules that the counts as they are do not follow: then the rule is no knowledge."""
        return [rule for rule in self.rules if not rule.holds(self.truth)]

    def told(self, hints: Mapping[Name, Mapping[Name, int]], among: Collection[Name] | None = None) -> set[Name]:
        """The hidden counts (all, or those `among` these) of which it finds no second value. `hints` are changes said to lead to one, which it holds
        against its rules."""
        safe: set[Name] = set()
        wanted = self.known.wanted if among is None else self.known.wanted & set(among)
        for name in sorted(wanted, key=str):
            if name not in safe:
                other = self._follow(hints.get(name, {})) or self._other(name)
                safe |= {each for each in self.known.wanted if other and other[each] != self.truth[each]}
        return wanted - safe

    def _follow(self, changes: Mapping[Name, int]) -> dict[Name, int] | None:
        """All counts after these changes, if they follow every rule and are not all as before: what stands nowhere may be what it likes."""
        spans = dict(self.known.spans)
        for name in self.known.wanted:
            value = self.truth[name] + changes.get(name, 0)
            if not spans[name][0] <= value <= spans[name][1]:
                return None
            spans[name] = value, value
        self._left = 400
        return self._try(spans) if any(changes.values()) and self._narrow(spans, range(len(self.rules))) else None

    def _other(self, name: Name) -> dict[Name, int] | None:
        """All counts as they could be too, this one being another."""
        lowest, highest = self.known.spans[name]
        here = self.truth[name]
        near = [self.truth[each] for group in self.groups if name in group for each in group if each in self.known.wanted]
        for value in dict.fromkeys([*(here + far for far in FAR), *sorted(near)[:6]]):
            if value != here and lowest <= value <= highest:
                self._left = 400
                spans = dict(self.known.spans)
                spans[name] = value, value
                if self._narrow(spans, self._of.get(name, [])) and (found := self._try(spans)):
                    return found
        return None

    def _groups(self) -> list[set[Name]]:
        """Hidden counts that sums link with one another, where one of them is small: that is why they are hidden."""
        found: list[set[Name]] = []
        left = set(self.known.wanted)
        while left:
            group, waiting = set[Name](), [left.pop()]
            while waiting:
                each = waiting.pop()
                group.add(each)
                waiting += {name for rule in self.known.sums for name, _s in rule.signed if any(n == each for n, _ in rule.signed)} & left - group
                left -= set(waiting)
            if any(self.truth[name] in SMALL for name in group):
                found.append(group)
        return found

    def _narrow(self, spans: dict[Name, tuple[int, int]], touched: Iterable[int]) -> bool:
        """Narrows what each count can be by the rules; False where nothing is left of one."""
        queue = deque(touched)
        while queue:
            rule = self.rules[queue.popleft()]
            ends = [(name, sign, *self._span(spans, name)) for name, sign in rule.signed]
            low = sum(sign * (low if sign > 0 else high) for _name, sign, low, high in ends)
            high = sum(sign * (high if sign > 0 else low) for _name, sign, low, high in ends)
            if low > rule.most or high < rule.least:
                return False
            for name, sign, least, most in ends:
                if least == most:
                    continue
                over, under = rule.most - (low - sign * (least if sign > 0 else most)), rule.least - (high - sign * (most if sign > 0 else least))
                span = (max(least, under), min(most, over)) if sign > 0 else (max(least, -over), min(most, -under))
                if span[0] > span[1]:
                    return False
                if span != (least, most):
                    spans[name] = span
                    queue += self._of[name]
                    if sign > 0:
                        low, high = low + span[0] - least, high + span[1] - most
                    else:
                        low, high = low + most - span[1], high + least - span[0]
        return True

    def _span(self, spans: Mapping[Name, tuple[int, int]], name: Name) -> tuple[int, int]:
        return spans[name] if name in spans else (self.known.shown[name],) * 2

    def _try(self, spans: dict[Name, tuple[int, int]]) -> dict[Name, int] | None:
        """Counts that fit, as near to the true ones as the spans allow; counts of broken rules are tried one by one."""
        self._left -= 1
        values = {**self.truth, **{name: min(max(self.truth[name], low), high) for name, (low, high) in spans.items()}}
        broken = next((rule for rule in self.rules if not rule.holds(values)), None)
        steps: list[tuple[Name, int]] = []
        if broken is not None:
            off = sum(sign * values[name] for name, sign in broken.signed)
            over = off - broken.most if off > broken.most else off - broken.least
            free = [(name, sign) for name, sign in broken.signed if name in spans and spans[name][0] < spans[name][1]]
            steps = [(name, values[name] - sign * by) for by in dict.fromkeys([over, 1 if over > 0 else -1]) for name, sign in free]
        else:
            without = next((group for group in self.groups if not any(values[name] in SMALL for name in group)), None)
            if without is None:
                return values
            steps = [(name, 5 if values[name] > 5 else 1) for name in sorted(without, key=lambda each: values[each])]
        for name, value in steps:
            low, high = spans[name]
            if self._left > 0 and low <= value <= high:
                narrower = dict(spans)
                # Away from where it is: the value or beyond.
                narrower[name] = (value, high) if value > values[name] else (low, value)
                if broken is None:
                    narrower[name] = value, value
                if self._narrow(narrower, self._of.get(name, [])) and (found := self._try(narrower)):
                    return found
        return None
