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
    with_slips,
    words_to_forgive,
)
from doctorlike.clinics.rules.searching.lexemes import MADE_BY, Lexemes, Searchable, lexemes_of, search_text
from doctorlike.clinics.rules.searching.words import Chunk, chunks_of, is_forgivable

__all__ = [
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
    "in_either_layout",
    "is_forgivable",
    "keys_of",
    "lexemes_of",
    "plain_words",
    "question",
    "search_text",
    "stems_to_know",
    "with_slips",
    "words_to_forgive",
    "words_typed",
]
