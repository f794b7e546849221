"""What cards, charges and refunds ought to be: the client's path told a second time, in plain Python.

It knows nothing of the product (a test holds it to that) and is written from the rules alone: docs/rules/charge-day.md,
copay.md, disputes.md, payments.md, refunds.md. Amounts are kopecks. «The world» is both sides: what the acquirer truly
did (`truth`, `debits`, `returned`) and what the insurer must believe.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta

LADDER = (1, 3, 7, 14)
NOTICE_DAYS = 3
WAITING = ("scheduled", "retrying", "awaiting_card")
PAYABLE = (*WAITING, "overdue")
# What a bound card answers when it is debited, and what a fault on the way makes of a request.
ANSWERS = {"good": "debited", "poor": "soft", "closed": "hard"}
DECLINES = {"decline_soft": "soft", "decline_hard": "hard"}
LOST_BEFORE = ("lost_before", "error_before")
LOST_AFTER = ("lost_reply", "error_after")


def a_month_after(day: date) -> date:
    """The same day of the next month; the last one when there is none."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@dataclass
class Card:
    kind: str
    bound: bool = True


@dataclass
class Try:
    """`card` None: by hand, on the acquirer's page. `truth`: open (the page), nowhere, debited, soft, hard."""

    card: int | None
    on: date
    kopecks: int
    came_from: str
    truth: str
    new_card_on: date | None = None


@dataclass
class Refund:
    kopecks: int
    state: str = "asked"
    truth: str = "nowhere"


@dataclass
class Hold:
    """A disputed line. `left`: it is not in what the charge asks for."""

    line: int
    kopecks: int
    state: str
    left: bool = False


@dataclass
class Charge:
    """`kopecks` were announced; `debits` are (card, kopecks), by hand without a card."""

    policy: int
    kopecks: int
    visit_on: date
    state: str = "announced"
    first_on: date | None = None
    next_on: date | None = None
    refused_card: int | None = None
    overdue: bool = False
    under_way: Try | None = None
    debits: list[tuple[int | None, int]] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)

    @property
    def held(self) -> int:
        return sum(one.kopecks for one in self.holds if one.left)

    @property
    def to_pay(self) -> int:
        return self.kopecks - self.held

    @property
    def owed(self) -> bool:
        return self.state not in ("paid", "withdrawn")

    @property
    def returned(self) -> int:
        """What the acquirer truly gave back."""
        return sum(one.kopecks for one in self.refunds if one.truth == "returned")

    @property
    def refundable(self) -> int:
        taken = sum(one.kopecks for one in self.refunds if one.state not in ("refused", "declined"))
        return self.to_pay - taken if self.state == "paid" else 0


@dataclass
class Programme:
    """One policy's place in the copay programme."""

    consented: bool = False
    card: int | None = None
    had_card: bool = False


class World:
    def __init__(self, on: date, policies: int) -> None:
        self.on = on
        self.cards: list[Card] = []
        self.charges: list[Charge] = []
        self.programmes = [Programme() for _ in range(policies)]

    def enrolment(self, policy: int) -> str:
        mine = self.programmes[policy]
        if not mine.consented:
            return "none"
        if not mine.had_card:
            return "pending"
        debt = any(one.policy == policy and one.overdue and one.owed for one in self.charges)
        return "active" if mine.card is not None and not debt else "suspended"

    # Shares

    def announce(self, policy: int, kopecks: int, visit_on: date) -> Charge:
        self.charges.append(Charge(policy, kopecks, visit_on))
        return self.charges[-1]

    def tell(self, charge: Charge) -> None:
        if charge.state == "announced":
            charge.state = "scheduled"
            charge.next_on = max(a_month_after(charge.visit_on), self.on + timedelta(days=NOTICE_DAYS))

    # Cards

    def consent(self, policy: int) -> None:
        self.programmes[policy].consented = True

    def bind(self, policy: int, kind: str) -> list[Charge]:
        """A new card for the policy; what is to be tried at once because of it."""
        self.cards.append(Card(kind))
        return self.put(policy, len(self.cards) - 1)

    def put(self, policy: int, card: int) -> list[Charge]:
        mine = self.programmes[policy]
        mine.card, mine.had_card = card, True
        anew = []
        for charge in self.charges:
            if charge.policy != policy:
                continue
            if charge.state in PAYABLE and charge.state != "scheduled":
                self._anew(charge)
                anew.append(charge)
            elif charge.under_way and charge.under_way.came_from != "scheduled":
                charge.under_way.new_card_on = self.on
        return anew

    def _anew(self, charge: Charge, on: date | None = None) -> None:
        charge.state, charge.first_on, charge.next_on = "retrying", None, on or self.on

    def unbind(self, card: int) -> None:
        self.cards[card].bound = False
        for mine in self.programmes:
            if mine.card == card:
                mine.card = None

    # Debits

    def due(self) -> list[Charge]:
        return [one for one in self.charges if self.is_due(one)]

    def days_ahead(self) -> list[date]:
        """Days, today among them, on which something is to be tried."""
        return [max(one.next_on, self.on) for one in self.charges if one.state in WAITING and one.next_on]

    def any_unknown(self) -> bool:
        """Whether a try's or a refund's fate is not known yet."""
        tries = any(one.under_way and one.under_way.truth != "open" for one in self.charges)
        return tries or any(refund.state == "unknown" for one in self.charges for refund in one.refunds)

    def is_due(self, charge: Charge) -> bool:
        return charge.state in WAITING and charge.next_on is not None and charge.next_on <= self.on

    def try_(self, charge: Charge, fault: str | None = None) -> None:
        """One try of the insurer's own, on a charge that is due."""
        if not self.is_due(charge):
            return
        charge.first_on = charge.first_on or self.on
        card = self.programmes[charge.policy].card
        if card is None or card == charge.refused_card:
            self._step_down(charge, "awaiting_card", self.on)
            return
        charge.under_way = Try(card, self.on, charge.to_pay, charge.state, "nowhere")
        charge.state = "charging"
        self._send(charge, fault)

    def _send(self, charge: Charge, fault: str | None) -> None:
        """A debit of the card; it is no answer, or one that ends the try."""
        sent = charge.under_way
        assert sent is not None and sent.card is not None
        assert self.cards[sent.card].bound
        if fault in LOST_BEFORE:
            return
        sent.truth = DECLINES.get(fault or "") or ANSWERS[self.cards[sent.card].kind]
        if sent.truth == "debited":
            charge.debits.append((sent.card, sent.kopecks))
        if fault not in LOST_AFTER:
            self._settle(charge)

    def _settle(self, charge: Charge) -> None:
        done = charge.under_way
        assert done is not None
        charge.under_way = None
        if done.truth == "debited":
            charge.state, charge.next_on = "paid", None
            self._holds_paid(charge)
            return
        if self._holds_leave(charge) == "withdrawn":
            return
        if done.card is None:
            charge.state = done.came_from
            if done.new_card_on:
                self._anew(charge, done.new_card_on)
            return
        hard = done.truth in ("hard", "given_up")
        if hard:
            charge.refused_card = done.card
        if self.programmes[charge.policy].card not in (None, done.card):
            self._anew(charge)
            return
        self._step_down(charge, "awaiting_card" if hard else "retrying", done.on)

    def _step_down(self, charge: Charge, state: str, tried_on: date) -> None:
        """The next day of the ladder that is still to come, or the end of it."""
        assert charge.first_on is not None
        later = [charge.first_on + timedelta(days=days) for days in LADDER]
        charge.next_on = min((day for day in later if day > tried_on), default=None)
        charge.state = state if charge.next_on else "overdue"
        charge.overdue = charge.overdue or charge.next_on is None

    # Disputes

    def may_hold(self, charge: Charge, kopecks: int) -> bool:
        """Within what the other lines leave."""
        gone = sum(one.kopecks for one in charge.holds if one.state != "released" or one.left)
        return kopecks <= charge.kopecks - gone

    def standing_hold(self, charge: Charge, line: int) -> Hold | None:
        return next((one for one in charge.holds if one.line == line and one.state != "released"), None)

    def hold(self, charge: Charge, line: int, kopecks: int) -> Hold:
        state = "charged" if charge.state == "paid" else "asked" if charge.under_way else "held"
        hold = Hold(line, kopecks, state, left=state == "held")
        charge.holds.append(hold)
        self._withdraw_empty(charge)
        return hold

    def reject(self, charge: Charge, hold: Hold) -> Charge | None:
        """The client owes the line: what had left becomes a charge of its own."""
        was, hold.state = hold.state, "released"
        return self.announce(charge.policy, hold.kopecks, charge.visit_on) if was == "held" else None

    def uphold(self, charge: Charge, hold: Hold) -> None:
        was, hold.state = hold.state, "waived"
        if was == "asked":
            hold.state = "waiving"
        elif was == "charged":
            self._give_back(charge, hold)

    def _give_back(self, charge: Charge, hold: Hold) -> None:
        kopecks = min(hold.kopecks, charge.refundable)
        if kopecks:
            charge.refunds.append(Refund(kopecks))

    def _holds_paid(self, charge: Charge) -> None:
        for hold in charge.holds:
            if hold.state == "waiving":
                hold.state = "waived"
                self._give_back(charge, hold)
            elif hold.state == "asked":
                hold.state = "charged"

    def _holds_leave(self, charge: Charge) -> str:
        for hold in charge.holds:
            if hold.state in ("asked", "waiving"):
                hold.state, hold.left = {"asked": "held", "waiving": "waived"}[hold.state], True
        self._withdraw_empty(charge)
        return charge.state

    def _withdraw_empty(self, charge: Charge) -> None:
        if not charge.to_pay:
            charge.state, charge.next_on = "withdrawn", None

    # By hand

    def may_pay(self, charge: Charge) -> str:
        """opened, in_flight or nothing."""
        if charge.under_way:
            return "opened" if charge.under_way.card is None else "in_flight"
        return "opened" if charge.state in PAYABLE else "nothing"

    def open_page(self, charge: Charge) -> None:
        if not charge.under_way:
            charge.under_way = Try(None, self.on, charge.to_pay, charge.state, "open")
            charge.state = "charging"

    def pay_page(self, charge: Charge, truth: str, *, told: bool) -> None:
        page = charge.under_way
        assert page is not None and page.truth == "open"
        page.truth = truth
        if truth == "debited":
            charge.debits.append((None, page.kopecks))
        if told:
            self._settle(charge)

    def leave_pages(self) -> None:
        for charge in self.charges:
            if charge.under_way and charge.under_way.truth == "open":
                charge.under_way.truth = "soft"

    # What became of what nobody answered

    def learn_fates(self, fault: str | None = None) -> None:
        for charge in self.charges:
            now = charge.under_way
            if now is None or now.truth == "open":
                continue
            if now.truth != "nowhere":
                self._settle(charge)
            elif now.card is not None and self.cards[now.card].bound:
                self._send(charge, fault)
            else:
                now.truth = "given_up"
                self._settle(charge)
        for charge in self.charges:
            for one in charge.refunds:
                if one.state == "unknown":
                    one.state = one.truth = "returned"

    # Money back

    def decide(self, refund: Refund, *, agreed: bool, fault: str | None = None) -> None:
        if not agreed:
            refund.state = "refused"
        elif fault in LOST_BEFORE:
            refund.state = "unknown"
        elif fault in DECLINES:
            refund.state = "declined"
        else:
            refund.truth = "returned"
            refund.state = "unknown" if fault in LOST_AFTER else "returned"
