"""What people type: Ё or Е, any case, the wrong keyboard layout, a slip of the finger."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations
from zlib import crc32

import snowballstemmer

_NOT_A_WORD = re.compile(r"[^0-9a-zа-я]+")
_LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_OTHER_KEY = str.maketrans(_LATIN_KEYS + _RUSSIAN_KEYS, _RUSSIAN_KEYS + _LATIN_KEYS)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """The form that texts are compared in: small letters, ё as е, words apart by one space, nothing else."""
    return _NOT_A_WORD.sub(" ", text.lower().replace("ё", "е")).strip()


def other_layout(text: str) -> str:
    """The same keys pressed with the other of the layouts ЙЦУКЕН and QWERTY («vjcrdf» → «москва»). Takes the text as
    typed: folding would lose keys that are punctuation in one layout and letters in the other."""
    return text.lower().translate(_OTHER_KEY)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """What a folded word keeps in all its forms («клиники», «клиник» → «клиник»), by the Snowball algorithm for
    Russian; other words stay as they are."""
    # A stemmer holds the word it is at work on, so threads cannot share one.
    return snowballstemmer.stemmer("russian").stemWord(word)


def slips_allowed(text: str) -> int:
    """How many slips a word of this length may have and still be that word."""
    if len(text) < 4:
        return 0
    return 1 if len(text) < 7 else 2


def slips_between(left: str, right: str, at_most: int) -> int | None:
    """The number of slips (a letter wrong, missing, too many, or two swapped) that part two words; None when more
    than `at_most`."""
    if abs(len(left) - len(right)) > at_most:
        return None
    before_last: list[int] = []
    last = list(range(len(right) + 1))
    for row, letter in enumerate(left, start=1):
        current = [row]
        for column, other in enumerate(right, start=1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        if min(current) > at_most:
            return None
        before_last, last = last, current
    return last[-1] if last[-1] <= at_most else None


# Slips further on in a word are found by its beginning all the same, and the keys of a word stay few.
_TOLD_APART_BY = 7


@lru_cache(maxsize=65536)
def slip_keys(word: str) -> tuple[int, ...]:
    """Two words of three letters or more that lie one slip apart, or two where both have seven, share a key: what is
    left of either when as many letters are dropped (symmetric deletion). Words that share one may still lie further
    apart: ask `slips_between`. Keys are 32-bit signed integers."""
    if len(word) < 3:
        return ()
    beginning = word[:_TOLD_APART_BY]
    kept = {
        "".join(letters)
        for dropped in range(max(slips_allowed(word), 1) + 1)
        for letters in combinations(beginning, len(beginning) - dropped)
    }
    return tuple(sorted(crc32(part.encode()) - 2**31 for part in kept))
