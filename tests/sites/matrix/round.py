"""Everything one person asks for with somebody's objects, and what was wrong with the answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.sites.matrix.addresses import Address
from tests.sites.matrix.asking import Answer, asked
from tests.sites.matrix.belongings import Things
from tests.sites.matrix.cast import World
from tests.sites.matrix.expected import NOT_NOTED, WHOSE, Meets, Whose, opens, serves, told, whose
from tests.sites.matrix.marks import Kind, marks_of, read_in
from tests.sites.matrix.variants import VARIANTS

METHODS = ("get", "post")
# Made with Anna's things, and nobody's own: files of clinics, price lists.
SHARED = frozenset({"care_register", "clinics_serviceprice"})


class Round:
    """One person's. `wrong` says what should not have been, `seen` which marks were read."""

    def __init__(self, world: World, actor: str, things: Things) -> None:
        self.world, self.actor, self.things = world, actor, things
        self.user = world.users.get(actor)
        self.browser = world.browser(actor)
        self.marks = marks_of(things)
        self.ids = {key for table, keys in world.annas_rows.items() if table not in SHARED for key in keys}
        self.wrong: list[str] = []
        self.seen: set[str] = set()

    def report(self) -> None:
        """Fails with everything that was wrong, a line each."""
        assert not self.wrong, "\n".join(self.wrong)

    def ask(self, address: Address, method: str, data: Any = None, *, path: str = "") -> Answer:
        path = path or address.filled(self.things.value)
        answer = asked(self.browser, method, path, data, self.world.annas_rows)
        if answer.fault or answer.status >= 500:
            self._note(address, method, answer, f"broke: {answer.fault}")
        self.seen |= {word for words in self.marks.values() for word in words if word in answer.text}
        return answer

    def expect(self, address: Address, want: Meets, *, strict: bool, allowed: frozenset[Kind] | None = None) -> None:
        """By all methods, with the form empty and filled. `strict`: one of them truly shows the page."""
        ways: list[tuple[str, Any]] = [(method, None) for method in METHODS]
        ways += [(method, filled(self.things)) for method, filled in VARIANTS.get(address.view, ())]
        answers = [self.expect_one(address, method, want, data, allowed=allowed) for method, data in ways]
        if strict and want is Meets.PAGE and not any(one.let_in and one.status != 405 for one in answers):
            self._note(address, "any", answers[0], "did not get the page")
        if want is Meets.NOTHING and all(one.status == 405 for one in answers):
            self._note(address, "any", answers[0], "never said that there is no such page")

    def expect_one(
        self,
        address: Address,
        method: str,
        want: Meets,
        data: Any = None,
        *,
        path: str = "",
        allowed: frozenset[Kind] | None = None,
    ) -> Answer:
        """What was met; and that nothing was told or done beside it."""
        path = path or address.filled(self.things.value)
        answer = self.ask(address, method, data, path=path)
        got = met(answer)
        # A method that a page does not know is refused before anybody looks whose it is. An own page may be missing
        # where there is nothing to show on it.
        fits_want = got is want or (want is Meets.NOTHING and answer.status == 405)
        if not fits_want and not (want is Meets.PAGE and got is Meets.NOTHING):
            self._note(address, method, answer, f"met {got.value}, not {want.value}")
        if self.actor == "owner":
            return answer
        if allowed is None:
            allowed = told(address) if want is Meets.PAGE else frozenset()
        self._expect_silence(address, method, answer, f"{path} {data}", allowed)
        serving = want is Meets.PAGE and (Whose.SECRET in whose(address) or serves(address, self.actor, self.user))
        if answer.harmed and not serving:
            self._note(address, method, answer, f"changed {answer.harmed}")
        if answer.wrote and want is not Meets.PAGE:
            self._note(address, method, answer, f"wrote {sorted(answer.wrote)}")
        return answer

    def _expect_silence(
        self, address: Address, method: str, answer: Answer, request: str, allowed: frozenset[Kind]
    ) -> None:
        read = read_in(answer.text, {kind: unasked(words, request) for kind, words in self.marks.items()})
        if (answer.ids & self.ids) - set(re.findall(r"[0-9a-f-]{36}", request)):
            read.add(Kind.IDS)
        if read - allowed:
            self._note(address, method, answer, f"told {sorted(one.name for one in read - allowed)}")
        by_staff = self.user is not None and self.user.roles
        if by_staff and Kind.MEDICAL in read and not opens(NOT_NOTED, address) and not answer.in_the_trail:
            self._note(address, method, answer, "told what is medical, and it is not in the trail")

    def _note(self, address: Address, method: str, answer: Answer, what: str) -> None:
        self.wrong.append(f"{self.actor} {method} {address.site} {address.view} → {answer.status}: {what}")


def met(answer: Answer) -> Meets:
    if answer.at_the_door:
        return Meets.DOOR
    return Meets.PAGE if answer.let_in else Meets.NOTHING


def unasked(words: tuple[str, ...], request: str) -> tuple[str, ...]:
    """Whoever typed a word may read it in the answer."""
    return tuple(word for word in words if word not in request)


def fits(address: Address, things: Things) -> bool:
    """Whether these things have an object for each argument."""
    try:
        address.filled(things.value)
    except KeyError:
        return False
    return True


def mixed(address: Address, world: World) -> Iterator[str]:
    """The address with one object of Anna's and the rest of Boris's, each in turn."""
    arguments = [one for one in address.arguments if WHOSE[one] is Whose.CLIENTS]
    for annas in arguments if len(arguments) > 1 else ():
        yield address.filled(
            lambda view, argument, annas=annas: (world.anna if argument == annas else world.boris).value(view, argument)
        )


def nearly(things: Things) -> Callable[[str, str], Any]:
    """Its secrets with one letter changed."""

    def value(view: str, argument: str) -> Any:
        true = things.value(view, argument)
        if WHOSE[argument] is not Whose.SECRET:
            return true
        return f"{true[:5]}{'A' if true[5] != 'A' else 'B'}{true[6:]}"

    return value
