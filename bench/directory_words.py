"""What is typed in a measurement of the directory: queries people make, and the same with a slip or another layout.

Names and streets come from the real list when there is one (`TRIAL_DATA`); of it nothing is kept or shown but counts.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from doctorlike.kit.spelling import fold, other_layout

TYPOS, LAYOUTS = 500, 200
FIRST = 10
_STREET = re.compile(
    r"(?:^|,)\s*((?:ул|пер|пр-кт|наб|б-р|ш|пл|пр-д|проезд|шоссе|бульвар|проспект|улица)\b\.?\s*[^,(]+"
    r"|[^,(]+\s(?:ул|пер|пр-кт|наб|б-р|ш|пл|пр-д|проезд|шоссе|бульвар|проспект|улица)\.?)\s*(?=,|\(|$)"
)
_NEIGHBOURS = {
    letter: row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
    for row in ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
    for at, letter in enumerate(row)
}
# Words of so many letters and more get slips: in «№ 5» or «ООО» another letter is another word.
_LEAST_LETTERS = 4

USUAL = (
    "стоматолог",
    "стоматолог на таганке",
    "болит горло",
    "кардиолога",
    "сыпь",
    "к зубному",
    "узи щитовидной железы",
    "мрт головного мозга",
    "детский стоматолог самара",
    "окулист екатеринбург",
    "анализ крови",
    "гинеколог казань",
    "поликлиника речной вокзал",
    "семья",
    "белый зуб",
    "улица Гагарина",
    "Юго-Западная",
    "невролог",
    "спб лор",
    "массаж",
)


@dataclass(frozen=True)
class Sought:
    """What was typed, and how to tell that a clinic is one that was meant."""

    typed: str
    name: str = ""
    street: str = ""

    def is_meant(self, name: str, address: str) -> bool:
        """A clinic of that very name; or one that stands in that street."""
        if self.name:
            return fold(name) == fold(self.name)
        return any(set(fold(self.street).split()) <= set(fold(part).split()) for part in address.split(","))


def real_list(folder: Path | None) -> list[tuple[str, str]]:
    """Names and addresses of the real list; none without it."""
    file = folder / "clinics_moscow" / "clinics.csv" if folder else None
    if file is None or not file.is_file():
        return []
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return [(row["clinic"], row["address"]) for row in csv.DictReader(rows)]


def sought(rows: Sequence[tuple[str, str]], count: int, spoil: Callable[[random.Random, str], str]) -> list[Sought]:
    """So many queries, every other a name and a street, each spoilt once; always the same."""
    draw = random.Random(6)
    names = sorted({name for name, _ in rows})
    streets = sorted({found[1].strip() for _, address in rows if (found := _STREET.search(address))})
    names, streets = ([one for one in some if _spoilable(one)] for some in (names, streets))
    made = []
    for number in range(count):
        if number % 2:
            street = draw.choice(streets)
            made.append(Sought(spoil(draw, street), street=street))
        else:
            name = draw.choice(names)
            made.append(Sought(spoil(draw, name), name=name))
    return made


def with_a_slip(draw: random.Random, text: str) -> str:
    """One letter wrong, missing, doubled or swapped with the next."""
    at = draw.choice(_spoilable(text))
    letter, rest = text[at], text[at + 1 :]
    match draw.randrange(4):
        case 0:
            return text[:at] + draw.choice(_NEIGHBOURS.get(letter.lower()) or "о") + rest
        case 1:
            return text[:at] + rest
        case 2:
            return text[:at] + letter + letter + rest
        case _:
            # Its last letter is swapped with the one before.
            at -= not rest[:1].isalpha()
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def in_the_other_layout(_draw: random.Random, text: str) -> str:
    """The keys of the text with the other layout switched on. Quotation marks are not on them."""
    return other_layout(re.sub(r"[«»\"]", "", text))


def _spoilable(text: str) -> list[int]:
    return [
        found.start() + at
        for found in re.finditer(r"[^\W\d_]+", text)
        if len(found[0]) >= _LEAST_LETTERS
        for at in range(len(found[0]))
    ]
