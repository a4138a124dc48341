"""The log is a chain that only grows: nothing in it changes unseen, whatever writes to the database."""

from importlib import import_module

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from portal.audit import chain
from portal.audit.models import Event
from portal.audit.services import record
from portal.triggers import missing, unmake
from tests.factories import ArtworkFactory

pytestmark = pytest.mark.django_db
RULES = {rule.name: rule for rule in import_module("portal.audit.migrations.0003_chain").RULES}


@pytest.fixture
def log(artwork, curator):
    """Four linked events of a work."""
    for number in range(4):
        record("artwork.changed", artwork, actor=curator, fields=["maker", f"字段{number}"], weight=0.1 + number)
    chain.link()
    return list(Event.objects.order_by("sequence"))


def raw(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def test_events_are_numbered_and_each_carries_the_hash_before_it(log):
    assert [event.sequence for event in log] == list(range(1, len(log) + 1))
    assert [event.previous for event in log] == ["", *(event.hash for event in log[:-1])]
    assert list(chain.faults()) == []
    assert list(chain.faults(head=log[1].hash)) == []


def test_events_are_linked_once_their_transaction_is_committed(artwork, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        event = record("artwork.changed", artwork, fields=[])
        assert event.sequence is None
    assert Event.objects.get(pk=event.pk).sequence


def test_a_work_and_a_collection_may_vanish_and_the_chain_holds(log, artwork, collection):
    work = ArtworkFactory(collection=collection, master=None)
    event = record("artwork.changed", work, fields=[])
    chain.link()
    work.delete()
    event.refresh_from_db()
    assert event.artwork_id is None
    assert str(event.subject_id) in event.sealed
    assert list(chain.faults()) == []


WAYS = {
    "event_kept": "DELETE FROM audit_event WHERE sequence = 2",
    "event_unchanged": "UPDATE audit_event SET action = 'artwork.created' WHERE sequence = 2",
    "event_linked_once": "UPDATE audit_event SET hash = 'x' WHERE sequence = 2",
    "event_follows": "UPDATE audit_event SET sequence = 9, previous = 'x', hash = 'y' WHERE sequence IS NULL",
    "event_begins_unlinked": "INSERT INTO audit_event (action, subject, subject_id, data, at, sealed, sequence,"
    " previous, hash) SELECT action, subject, subject_id, data, at, sealed, 9, previous, hash FROM audit_event"
    " WHERE sequence = 2",
}
SEEN = {  # what is said of the first broken event when the rule was not there
    "event_kept": "event number 2 is missing before it",
    "event_unchanged": "its action was altered",
    "event_linked_once": "what it says is not what its hash was made of",
    "event_follows": "is missing before it",
    "event_begins_unlinked": "is missing before it",
}


@pytest.mark.parametrize("rule", WAYS)
def test_the_database_refuses_and_without_its_rule_the_chain_tells(log, artwork, rule):
    record("artwork.changed", artwork, fields=[])  # not linked
    with pytest.raises(Error):
        raw(WAYS[rule])
    assert list(chain.faults()) == []
    with transaction.atomic():
        unmake(connection, [RULES[rule]])
        assert missing(connection) == [rule]
        assert raw(WAYS[rule]) == 1
        assert [SEEN[rule] in fault for fault in chain.faults()] == [True]
        transaction.set_rollback(True)
    assert set(WAYS) == set(RULES)


def test_an_end_that_was_cut_off_is_seen_by_a_head_that_was_noted(log):
    noted = chain.head()[1]
    with transaction.atomic():
        unmake(connection, [RULES["event_kept"]])
        raw("DELETE FROM audit_event WHERE sequence = %s", log[-1].sequence)
        assert list(chain.faults()) == []
        (fault,) = chain.faults(head=noted)
        assert "missing at its end" in fault
        transaction.set_rollback(True)


def test_the_command_names_the_first_broken_event(log, capsys):
    call_command("verify_integrity", "--log")
    assert log[-1].hash in capsys.readouterr().out
    with transaction.atomic():
        unmake(connection, [RULES["event_unchanged"]])
        raw("UPDATE audit_event SET subject_id = 'x' WHERE sequence IN (3, 4)")
        with pytest.raises(CommandError, match=rf"event {log[2].pk} \(number 3\): its subject_id was altered"):
            call_command("verify_integrity", "--log")
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_what_is_noted_at_the_same_moment_is_one_chain(artwork):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    def note(number: int) -> None:
        try:
            record("artwork.changed", artwork, fields=[str(number)])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(note, range(12)))
    assert list(chain.faults()) == []
    assert not Event.objects.filter(sequence=None).exists()


def test_events_from_before_the_chain_are_sealed_and_linked(log):
    from django.apps import apps

    migration = import_module("portal.audit.migrations.0003_chain")
    with transaction.atomic():
        unmake(connection, RULES.values())
        raw("UPDATE audit_event SET sealed = '', sequence = NULL, previous = '', hash = ''")
        migration.chain_what_is_there(apps, None)
        assert list(chain.faults()) == []
        assert Event.objects.order_by("pk").last().sequence == len(log)
        transaction.set_rollback(True)
