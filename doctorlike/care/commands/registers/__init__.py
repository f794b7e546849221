"""Registers on their way: received, read, decided, charged, answered (docs/rules/registers.md)."""

from doctorlike.care.commands.registers.answers import make_answer
from doctorlike.care.commands.registers.at_once import RefusedRow, RegisterReport, import_register
from doctorlike.care.commands.registers.folder import take_from_folder
from doctorlike.care.commands.registers.receiving import (
    ReceivedRegister,
    choose_register_sheet,
    name_register_columns,
    receive_register,
)
from doctorlike.care.commands.registers.working import Bench, go_on_with_registers, take_piece, work, work_until

__all__ = [
    "Bench",
    "ReceivedRegister",
    "RefusedRow",
    "RegisterReport",
    "choose_register_sheet",
    "go_on_with_registers",
    "import_register",
    "make_answer",
    "name_register_columns",
    "receive_register",
    "take_from_folder",
    "take_piece",
    "work",
    "work_until",
]
