"""Rules that the database itself keeps, whoever writes: one trigger each, for SQLite and PostgreSQL from one condition.

A condition is SQL over OLD and NEW that is true for what shall be refused. In it ``HASH(x)`` is the SHA-256 of a text
in hexadecimal, ``JSON(x, a, b)`` the text at a.b of a JSON text, and ``IS DISTINCT FROM`` compares NULL as a value.

A rule "BEFORE TRUNCATE" is for PostgreSQL alone: SQLite has no such statement, there deleting row by row is refused.

SQLite drops a table's triggers when a later migration rebuilds the table; tests/house/test_triggers.py notices.
SQLite has no SHA-256 of its own: a program that is not this portal cannot write such rows at all.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

HASH, JSON = re.compile(r"HASH\((.+?)\)"), re.compile(r"JSON\((.+?), (\w+), (\w+)\)")


@dataclass(frozen=True)
class Rule:
    """when: such as "BEFORE UPDATE"; condition: true for what is refused with `sentence`. A TRUNCATE has no row."""

    name: str
    table: str
    when: str
    condition: str
    sentence: str

    @property
    def truncates(self) -> bool:
        return self.when.endswith("TRUNCATE")


MIGRATIONS = (
    "portal.audit.migrations.0003_chain",
    "review.guardrails.migrations.0003_gate",
    "review.guardrails.migrations.0004_emptied",
    "review.guardrails.migrations.0005_discarded",
)


def missing(connection: Any) -> list[str]:
    """The names of rules that should be in force and are not: a database that was restored without its triggers."""
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}
    rules = [rule for name in MIGRATIONS for rule in import_module(name).RULES]
    return [rule.name for rule in rules if rule.name not in there and _kept_by(connection.vendor, rule)]


def make(connection: Any, rules: Iterable[Rule]) -> None:
    """Let the database keep the rules."""
    statements = {"sqlite": _sqlite, "postgresql": _postgres}[connection.vendor]
    with connection.cursor() as cursor:
        for rule in rules:
            for statement in statements(rule) if _kept_by(connection.vendor, rule) else ():
                cursor.execute(statement)


def unmake(connection: Any, rules: Iterable[Rule]) -> None:
    """Let go of the rules."""
    with connection.cursor() as cursor:
        for rule in rules:
            if not _kept_by(connection.vendor, rule):
                continue
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER {rule.name}")
            else:
                cursor.execute(f"DROP TRIGGER {rule.name} ON {rule.table}")
                cursor.execute(f"DROP FUNCTION {rule.name}()")


def _kept_by(vendor: str, rule: Rule) -> bool:
    return vendor == "postgresql" or not rule.truncates


def _sqlite(rule: Rule) -> list[str]:
    condition = HASH.sub(r"SHA256(\1)", JSON.sub(r"json_extract(\1, '$.\2.\3')", rule.condition))
    condition = condition.replace("IS DISTINCT FROM", "IS NOT")
    return [
        f"""CREATE TRIGGER {rule.name} {rule.when} ON {rule.table} WHEN {condition}
        BEGIN SELECT RAISE(ABORT, '{rule.sentence}'); END"""
    ]


def _postgres(rule: Rule) -> list[str]:
    condition = JSON.sub(r"(\1::jsonb #>> '{\2,\3}')", rule.condition)
    condition = HASH.sub(r"encode(sha256(convert_to(\1, 'UTF8')), 'hex')", condition)
    row = "NULL" if rule.truncates else "OLD" if rule.when.endswith("DELETE") else "NEW"
    each = "STATEMENT" if rule.truncates else "ROW"
    return [
        f"""CREATE FUNCTION {rule.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF {condition} THEN RAISE EXCEPTION '{rule.sentence}' USING ERRCODE = 'check_violation'; END IF;
            RETURN {row}; END $$""",
        f"CREATE TRIGGER {rule.name} {rule.when} ON {rule.table} FOR EACH {each} EXECUTE FUNCTION {rule.name}()",
    ]
