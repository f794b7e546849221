"""Refusals that people are told about."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule said no. One small class per fact: `code` is stable for programs, `message` is for people and may
    name the keyword arguments the error was raised with («{until}»)."""

    code: ClassVar[str] = "refused"
    message: ClassVar[Any] = _("Сейчас это сделать нельзя.")

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message).format(**self.facts)


class NotFoundError(DomainError):
    """There is no such object for this viewer. Shown as 404, whether or not it exists for somebody else."""

    code = "not_found"
    message = _("Такой страницы нет.")
