"""A question to the database that stands: written as SQL once, asked again and again with another picture and moment.

Hundreds of tiles ask whether their picture is on show. The database answers in a fraction of the time in which Django
writes such a question, so it is written once for a moment and a picture that stand for any, and these are put in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from portal.catalogue.models import Picture

MOMENT = datetime(1911, 3, 4, 5, 6, 7, 890123, UTC)
KEY = UUID("5ca1ab1e-0000-4000-8000-00000000cafe")


class Standing:
    """The pictures that `pictures(now)` gives, asked for one at a time. Nothing of an answer is remembered."""

    def __init__(self, pictures: Callable[[datetime], QuerySet[Picture]]) -> None:
        self.pictures = pictures
        self._written: dict[str, tuple[str, list[Any]]] = {}  # by kind of database

    def ask(self, pk: UUID, now: datetime) -> Picture | None:
        """The picture `pk`, if it is among them at this moment."""
        sql, places = self._written.get(connection.vendor) or self._write()
        here = _values(pk, now)
        asked = [here[value.name] if isinstance(value, Place) else value for value in places]
        return next(iter(Picture.objects.raw(sql, asked)), None)

    def _write(self) -> tuple[str, list[Any]]:
        sql, values = self.pictures(MOMENT).filter(pk=KEY).order_by().query.sql_with_params()
        marks = [(value, Place(name)) for name, value in _values(KEY, MOMENT).items()]
        places = [next((place for mark, place in marks if _same(mark, value)), value) for value in values]
        if any(_tells_time(place) for place in places) or Place("key") not in places:
            name = self.pictures.__qualname__
            raise TypeError(f"{name} asks the clock itself; it has to take the moment that it is given.")
        self._written[connection.vendor] = sql, places
        return sql, places


@dataclass(frozen=True)
class Place:
    """Where the key, the moment or the day goes."""

    name: str


def _values(pk: UUID, now: datetime) -> dict[str, Any]:
    """What is put in, as the database takes it."""
    adapt = connection.ops
    return {
        "key": Picture._meta.pk.get_db_prep_value(pk, connection),
        "moment": adapt.adapt_datetimefield_value(now),
        "day": adapt.adapt_datefield_value(timezone.localdate(now)),
    }


def _same(mark: Any, value: Any) -> bool:
    return type(mark) is type(value) and mark == value


def _tells_time(value: Any) -> bool:
    """Whether a value that stays in the question is a time, which would stand still with it."""
    return isinstance(value, date) or (isinstance(value, str) and value.startswith(f"{timezone.now().year}-"))
