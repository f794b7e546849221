"""Registers in, decisions and charges out; disputes of single lines. Public to the sites above."""

from doctorlike.care.commands.answering import (
    reject_complaint,
    reject_dispute,
    uphold_complaint,
    uphold_dispute,
)
from doctorlike.care.commands.disputing import SentFile, complain, open_dispute
from doctorlike.care.commands.registers import (
    Bench,
    ReceivedRegister,
    RefusedRow,
    RegisterReport,
    choose_register_sheet,
    go_on_with_registers,
    import_register,
    make_answer,
    name_register_columns,
    receive_register,
    take_from_folder,
    take_piece,
    work,
    work_until,
)

__all__ = [
    "Bench",
    "ReceivedRegister",
    "RefusedRow",
    "RegisterReport",
    "SentFile",
    "choose_register_sheet",
    "complain",
    "go_on_with_registers",
    "import_register",
    "make_answer",
    "name_register_columns",
    "open_dispute",
    "receive_register",
    "reject_complaint",
    "reject_dispute",
    "take_from_folder",
    "take_piece",
    "uphold_complaint",
    "uphold_dispute",
    "work",
    "work_until",
]
