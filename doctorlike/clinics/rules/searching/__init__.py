"""How clinics are found by what people type (docs/rules/directory.md)."""

from doctorlike.clinics.rules.searching.asking import (
    Question,
    Word,
    all_but_one,
    plain_words,
    question,
    words_typed,
)
from doctorlike.clinics.rules.searching.forgiving import (
    Known,
    Reading,
    as_beginning,
    beginnings,
    in_either_layout,
    keys_of,
    stems_to_know,
    unfinished,
    with_slips,
    words_to_forgive,
)
from doctorlike.clinics.rules.searching.lexemes import MADE_BY, Lexemes, Searchable, lexemes_of, search_text
from doctorlike.clinics.rules.searching.marks import LEAST_SHUFFLED, everywhere, in_order, in_ring, marks_of
from doctorlike.clinics.rules.searching.words import Chunk, chunks_of, is_forgivable

__all__ = [
    "LEAST_SHUFFLED",
    "MADE_BY",
    "Chunk",
    "Known",
    "Lexemes",
    "Question",
    "Reading",
    "Searchable",
    "Word",
    "all_but_one",
    "as_beginning",
    "beginnings",
    "chunks_of",
    "everywhere",
    "in_either_layout",
    "in_order",
    "in_ring",
    "is_forgivable",
    "keys_of",
    "lexemes_of",
    "marks_of",
    "plain_words",
    "question",
    "search_text",
    "stems_to_know",
    "unfinished",
    "with_slips",
    "words_to_forgive",
    "words_typed",
]
