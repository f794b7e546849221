"""Covered or not: questions in people's own words, answered by the very rule that adjudicates services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from doctorlike.kit.money import Money
from doctorlike.kit.spelling import fold, slips_allowed, slips_between
from doctorlike.products.rules.benefits import benefit_for
from doctorlike.products.rules.terms import CareTopic, Programme, Terms

MOST_WORDS = 6
MOST_FOUND = 8
LONGEST_QUESTION = 100
# Said with almost any question, so they tell nothing unless they stand alone.
_HARDLY_SAID = frozenset(
    fold(
        "врач доктор лечение лечить лечат сделать сдать пройти услуга полис страховка входит входят покрывает "
        "покрывается оплачивает оплачивается платно бесплатно можно ли мне по дмс прием осмотр консультация "
        "doctor covered is"
    ).split()
)


class Cover(StrEnum):
    COVERED = "covered"
    PARTLY = "partly"
    NOT_COVERED = "not_covered"


@dataclass(frozen=True, slots=True)
class Limit:
    """What a benefit pays in the policy's period at most."""

    benefit_name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CoverIn:
    """The answer for one programme; `limits` are those of the benefits that cover the topic."""

    programme: Programme
    cover: Cover
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A topic with its answer in each programme."""

    topic: CareTopic
    programmes: tuple[CoverIn, ...]

    @property
    def is_online(self) -> bool:
        return self.topic.holds == "everywhere"


def topics_of(terms: Terms) -> tuple[CareTopic, ...]:
    """The version's topics, then its benefits and exclusions under their own names."""
    named: dict[str, CareTopic] = {fold(topic.name): topic for topic in terms.topics}
    for programme in terms.programmes:
        for benefit in programme.benefits:
            named.setdefault(fold(benefit.name), _called(benefit.name, benefit.service_prefixes))
        for exclusion in programme.exclusions:
            named.setdefault(fold(exclusion.name), _called(exclusion.name, exclusion.service_prefixes))
    return tuple(named.values())


def _called(name: str, prefixes: tuple[str, ...]) -> CareTopic:
    return CareTopic(name, (), prefixes, "by_services" if prefixes else "nowhere")


def answer(terms: Terms, topic: CareTopic) -> Answer:
    """Whether each programme covers the topic."""
    return Answer(topic, tuple(_cover_in(terms, programme, topic) for programme in terms.programmes))


def _cover_in(terms: Terms, programme: Programme, topic: CareTopic) -> CoverIn:
    if topic.holds == "everywhere":
        return CoverIn(programme, Cover.COVERED, ())
    if topic.holds == "nowhere":
        return CoverIn(programme, Cover.NOT_COVERED, ())
    by_code = [benefit_for(terms, programme.code, code) for code in topic.service_codes]
    covering = {one.code: one for one in by_code if one is not None}
    limits = tuple(Limit(one.name, one.annual_limit) for one in covering.values() if one.annual_limit is not None)
    if not covering:
        return CoverIn(programme, Cover.NOT_COVERED, ())
    return CoverIn(programme, Cover.COVERED if all(by_code) else Cover.PARTLY, limits)


def question_words(text: str) -> tuple[str, ...]:
    """The words that tell what is asked."""
    words = fold(text[:LONGEST_QUESTION]).split()
    telling = [word for word in words if word not in _HARDLY_SAID]
    return tuple((telling or words)[:MOST_WORDS])


def topic_words(topic: CareTopic) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(" ".join((topic.name, *topic.words))).split()))


@dataclass(frozen=True, slots=True)
class FoundTopics:
    """`forgiven` when only a slip of the finger or another keyboard layout made something fit."""

    topics: tuple[CareTopic, ...]
    forgiven: bool


def find_topics(topics: Iterable[CareTopic], words: Iterable[str], stems: Mapping[str, str]) -> FoundTopics:
    """Topics that fit most of the words, best first. `stems` has the stem of every word of the question and of the
    topics; a word without one says nothing («для»)."""
    asked = [word for word in words if word in stems]
    ranked: list[tuple[int, int, int, CareTopic]] = []
    for place, topic in enumerate(topics):
        fits = [_fit(word, topic, stems) for word in asked]
        if any(fits):
            ranked.append((sum(1 for one in fits if one), sum(fits), -place, topic))
    if not ranked:
        return FoundTopics((), forgiven=False)
    most = max(count for count, *_rest in ranked)
    best = sorted((one for one in ranked if one[0] == most), key=lambda one: one[:3], reverse=True)
    firmest = best[0][1]
    # A slip is forgiven only where nothing fits as it was typed.
    kept = [one for one in best if firmest <= SLIP * most or one[1] > SLIP * most]
    return FoundTopics(tuple(one[3] for one in kept[:MOST_FOUND]), forgiven=firmest <= SLIP * most)


SLIP, BEGINNING, SAME, IN_NAME = 1, 2, 3, 4


def _fit(word: str, topic: CareTopic, stems: Mapping[str, str]) -> int:
    """How firmly a word of the question fits a topic; 0 not at all."""
    named = set(fold(topic.name).split())
    best = 0
    for known in topic_words(topic):
        if known not in stems:
            continue
        if stems[known] == stems[word]:
            best = max(best, IN_NAME if known in named else SAME)
        elif len(word) > 2 and known.startswith(word):
            best = max(best, BEGINNING)
        elif best == 0 and _is_slip(word, known):
            best = SLIP
    return best


def _is_slip(word: str, known: str) -> bool:
    allowed = min(slips_allowed(word), slips_allowed(known))
    return allowed > 0 and slips_between(word, known, allowed) is not None
