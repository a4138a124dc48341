"""Rules that the database keeps are in force after all migrations; SQLite loses those of a table that is rebuilt."""

import re
from importlib import import_module

import pytest
from django.db import Error, connection, transaction

from portal.triggers import MIGRATIONS, missing, unmake


@pytest.mark.django_db
def test_every_rule_is_in_force():
    assert missing(connection) == []


def test_rules_have_names_of_their_own_and_sentences():
    rules = [rule for name in MIGRATIONS for rule in import_module(name).RULES]
    assert len({rule.name for rule in rules}) == len(rules)
    assert all(re.fullmatch(r"[A-Z].*\.", rule.sentence) for rule in rules)


@pytest.mark.postgres
@pytest.mark.django_db
def test_no_table_that_only_grows_is_emptied_as_a_whole_and_the_rule_is_what_refuses():
    rules = [rule for name in MIGRATIONS for rule in import_module(name).RULES if rule.truncates]
    for rule in rules:
        with pytest.raises(Error, match=rule.sentence), transaction.atomic():
            _run(f"TRUNCATE {rule.table} CASCADE")
    with transaction.atomic():
        unmake(connection, rules)
        assert missing(connection) == [rule.name for rule in rules]
        _run(f"TRUNCATE {', '.join(rule.table for rule in rules)} CASCADE")
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_tests_empty_the_database_past_the_rules_which_are_there_again(artwork):
    from django.core.management import call_command

    from portal.audit.models import Event
    from portal.audit.services import record

    record("artwork.changed", artwork, fields=[])
    call_command("flush", interactive=False, verbosity=0)
    assert not Event.objects.exists()
    assert missing(connection) == []


def _run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
