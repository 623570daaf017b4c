"""How our nouns are kept in columns of a database, whichever it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from pydantic import TypeAdapter

from importer.model import Status

M = TypeVar("M", bound=Enum)


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware instant, kept as ISO text in UTC: the same in every database, and readable."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat()

    def process_result_value(self, value: str | None, _dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Member(sa.types.TypeDecorator[M], Generic[M]):
    """A member of an enumeration, kept by its name: what is shown of it may be worded anew at any time."""

    impl = sa.String
    cache_ok = True

    def __init__(self, kind: type[M]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: M | None, _dialect: sa.Dialect) -> str | None:
        return None if value is None else value.name

    def process_result_value(self, value: str | None, _dialect: sa.Dialect) -> M | None:
        return None if value is None else self.kind[value]


class Texts(sa.types.TypeDecorator[frozenset[str]]):
    """A set of texts."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, _dialect: sa.Dialect) -> list[str]:
        return sorted(value or ())

    def process_result_value(self, value: list[str] | None, _dialect: sa.Dialect) -> frozenset[str]:
        return frozenset(value or ())


class Totals(sa.types.TypeDecorator[Mapping[Status, int]]):
    """How many rows have each status."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Mapping[Status, int] | None, _dialect: sa.Dialect) -> dict[str, int]:
        return {status.name: count for status, count in (value or {}).items()}

    def process_result_value(self, value: dict[str, int] | None, _dialect: sa.Dialect) -> dict[Status, int]:
        return {Status[name]: count for name, count in (value or {}).items()}


class Noun(sa.types.TypeDecorator[Any]):
    """A frozen dataclass, a tuple of them, or ``None``, as JSON."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def process_bind_param(self, value: Any, _dialect: sa.Dialect) -> Any:
        return None if value is None else self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, _dialect: sa.Dialect) -> Any:
        return None if value is None else self._adapter.validate_python(value)
