"""Columns of the house: money and encrypted text."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from doctorlike.kit import crypto
from doctorlike.kit.money import Money


class MoneyField(models.DecimalField):
    """Roubles as `Money`, numeric(14, 2) in the database."""

    # What a model's attribute takes and gives, for the type checker.
    _pyi_private_set_type: Money  # type: ignore[assignment]  # the base class says Decimal
    _pyi_private_get_type: Money  # type: ignore[assignment]  # as above

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 14, 2
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Money | None:
        return None if value is None else Money(value)

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Money):
            return value
        return Money(super().to_python(value))

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return prepared.amount if isinstance(prepared, Money) else prepared

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        # Django's own would turn the prepared Decimal into Money once more, which the driver cannot write.
        return value if prepared else self.get_prep_value(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))


class EncryptedTextField(models.BinaryField):
    """Text that only the application can read. It cannot be searched or sorted by the database."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def _pack(self, value: Any) -> bytes:
        return str(value).encode()

    def _unpack(self, plain: bytes) -> Any:
        return plain.decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else self._unpack(crypto.decrypt(bytes(value)))

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else crypto.encrypt(self._pack(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        packed = value if prepared else self.get_prep_value(value)
        return None if packed is None else connection.Database.Binary(packed)

    def get_lookup(self, lookup_name: str) -> Any:
        # Two encryptions of one text differ, so any comparison but "is null" would quietly find nothing.
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted and cannot be searched")
        return super().get_lookup(lookup_name)


class EncryptedJSONField(EncryptedTextField):
    """A JSON value that only the application can read."""

    def _pack(self, value: Any) -> bytes:
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False).encode()

    def _unpack(self, plain: bytes) -> Any:
        return json.loads(plain)
