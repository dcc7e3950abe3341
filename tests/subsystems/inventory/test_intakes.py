"""Large files: taken in by a job, looked at first where somebody asks for it, and never half."""

import os
import signal
from multiprocessing import get_context

import pytest
from django.db import connections

from levee.inventory import selectors, services, tasks
from levee.inventory.intakes import taking
from levee.inventory.intakes.states import STEPS
from levee.inventory.models import Component, Import, Inventory
from levee.inventory.types import LISTED, Corrections, IntakeState, Long
from levee.kernel.errors import Conflict, LeveeError, NotFound, TooLarge
from levee.kernel.sides import Side
from levee.platform.blobs import BlobRef
from levee.platform.database.roles import DbRole
from levee.platform.jobs import carry_out, run_pending
from levee.platform.models import Run
from levee.platform.ports import blobs
from levee.policy.actors import OrganisationKind, Role
from support.database import as_role, by_default
from support.running import service, work

PAD = "x" * 2000


def listing(count, *, version="1.0", heading="name"):
    """A table over 1 MiB: each row states a component, and holds a column that says nothing."""
    rows = [f"web-1,part-{number},{version},npm,{PAD}\n" for number in range(count)]
    return f"asset,{heading},version,ecosystem,note\n{''.join(rows)}".encode()


LARGE = listing(600)


@pytest.fixture
def operator(world):
    return world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)


def send(operator, data=LARGE, **more):
    return services.send(operator, data, **{"filename": "fleet.csv", "name": "fleet", **more})


def now(operator, sent):
    return selectors.intake(operator, sent.id)


def test_only_a_file_over_one_mebibyte_is_large():
    assert not services.is_large(b"x" * (1 << 20))
    assert services.is_large(b"x" * ((1 << 20) + 1))


def test_a_large_file_waits_for_its_job_and_is_then_an_import_like_any_other(operator, world):
    sent = send(operator)
    assert (sent.state, sent.moving, sent.size) == (IntakeState.WAITING, True, len(LARGE))
    assert selectors.inventories(operator) == []
    work()
    taken = now(operator, sent)
    assert (taken.state, taken.moving, taken.expected) == (IntakeState.DONE, False, 600)
    done = selectors.import_(operator, taken.done)
    assert (done.rows, done.components, done.filename, done.name) == (600, 600, "fleet.csv", "fleet")
    assert done.public_id == taken.import_id
    assert selectors.original(operator, done.id) == LARGE
    assert selectors.intakes(operator) == []


def test_both_ways_store_the_same(operator, world):
    other = world.actor(world.organisation(OrganisationKind.OPERATOR, "Clinic"), Role.MEMBER)
    sent = send(operator)
    work()
    by_job = selectors.import_(operator, now(operator, sent).done)
    at_once = services.import_file(other, LARGE, filename="fleet.csv", name="fleet")
    assert by_job.diff == at_once.diff
    assert [(each.name, each.version, each.purl) for each in selectors.components(operator, by_job.inventory)] == [
        (each.name, each.version, each.purl) for each in selectors.components(other, at_once.inventory)
    ]


def test_the_import_is_its_senders_and_the_log_says_who_sent_it(operator, world):
    from levee.ledger.models import Pending

    send(operator)
    work()
    with as_role(world.owner_role):
        assert Import.unscoped.get().principal == operator.id
        assert Pending.unscoped.filter(fields__contains=f'"sent_by":"{operator.id}"').count() == 1


def test_a_large_file_of_a_small_change_is_a_diff(operator):
    services.import_file(operator, listing(600), filename="a.csv", name="fleet")
    sent = send(operator, listing(599, version="1.0") + f"web-1,part-0b,2,npm,{PAD}\n".encode())
    work()
    diff = selectors.import_(operator, now(operator, sent).done).diff
    assert [(each.name, each.version) for each in diff.added] == [("part-0b", "2")]
    assert [(each.name, each.version) for each in diff.removed] == [("part-599", "1.0")]
    assert diff.unchanged == 599


def test_the_same_file_sent_twice_is_one(operator):
    first, second = send(operator), send(operator)
    assert first.id == second.id
    assert send(operator, name="other").id != first.id
    work()
    assert [len(selectors.imports(operator, each.id)) for each in selectors.inventories(operator)] == [1, 1]


def test_the_same_file_after_its_import_is_news_that_all_of_it_is_still_so(operator):
    first = send(operator)
    work()
    second = send(operator)
    assert second.id != first.id
    work()
    assert selectors.import_(operator, now(operator, second).done).diff.empty


def test_a_job_that_is_delivered_twice_imports_once(operator, world):
    sent = send(operator)
    work()
    run = service(world, party=operator.party, side=Side.OPERATORS)
    with by_default(DbRole.MATCHER):
        tasks.take(run, sent.id)
    (inventory,) = selectors.inventories(operator)
    assert len(selectors.imports(operator, inventory.id)) == 1


def test_a_file_that_cannot_be_read_fails_once_with_its_place_and_what_to_do(operator):
    sent = send(operator, listing(600, heading="word").replace(b"asset", b"thing", 1))
    work()
    failed = now(operator, sent)
    assert (failed.state, failed.moving) == (IntakeState.FAILED, False)
    assert failed.fault.place == "line 1"
    assert failed.fault.code == "table.headings"
    assert "headings" in failed.fault.advice
    assert failed.fault.headings == ("thing", "word", "version", "ecosystem", "note")
    assert selectors.inventories(operator) == []
    assert [each.id for each in selectors.intakes(operator)] == [sent.id]


def test_a_failed_file_is_taken_up_again_with_what_a_person_says(operator):
    sent = send(operator, listing(600, heading="word").replace(b"asset", b"thing", 1))
    work()
    again = services.again(operator, sent.id, corrections=Corrections(columns={"name": "word", "asset": "thing"}))
    assert (again.state, again.fault) == (IntakeState.WAITING, None)
    work()
    assert selectors.import_(operator, now(operator, sent).done).components == 600


def test_asking_again_for_one_on_its_way_or_done_changes_nothing(operator):
    sent = send(operator)
    assert services.again(operator, sent.id) == sent
    work()
    done = now(operator, sent)
    assert services.again(operator, sent.id) == done
    assert work() == 0


def test_looking_first_says_what_an_import_would_do_and_does_nothing(operator):
    sent = send(operator, look=True)
    work()
    looked = now(operator, sent)
    assert (looked.state, looked.moving) == (IntakeState.SEEN, False)
    assert (looked.seen.rows, looked.seen.components, looked.seen.assets, looked.seen.matchable) == (600, 600, 1, 600)
    assert looked.seen.diff.counts["added"] == 600
    assert [dict(table.fields)["name"] for table in looked.seen.tables] == ["name"]
    assert selectors.inventories(operator) == []
    services.again(operator, sent.id)
    work()
    assert now(operator, sent).state is IntakeState.DONE


def test_who_looks_and_sends_the_same_file_to_be_imported_has_it_imported(operator):
    looked = send(operator, look=True)
    assert send(operator).id == looked.id
    work()
    assert now(operator, looked).state is IntakeState.DONE


def test_a_newer_file_takes_the_place_of_one_that_was_only_looked_at(operator):
    old = send(operator, look=True)
    work()
    send(operator, listing(601), look=True)
    with pytest.raises(NotFound):
        now(operator, old)


def test_what_was_only_looked_at_can_be_dropped_and_its_bytes_are_gone(operator, world):
    from levee.inventory.models import Intake

    sent = send(operator, look=True)
    with pytest.raises(Conflict):
        services.drop(operator, sent.id)
    work()
    with as_role(world.owner_role):
        kept = BlobRef(id=Intake.unscoped.get().original, size=len(LARGE))
    services.drop(operator, sent.id)
    with pytest.raises(NotFound):
        now(operator, sent)
    with pytest.raises(LeveeError):
        blobs().get(kept)


def test_nobody_else_sees_a_file_on_its_way(operator, world):
    stranger = world.actor(world.organisation(OrganisationKind.OPERATOR, "Clinic"), Role.MEMBER)
    sent = send(operator)
    assert selectors.intakes(stranger) == []
    for ask in (selectors.intake, services.again, services.drop):
        with pytest.raises(NotFound):
            ask(stranger, sent.id)
    assert send(stranger).id != sent.id


def test_a_file_over_the_limit_is_refused_when_it_is_sent(operator):
    with pytest.raises(TooLarge):
        send(operator, b" " * (services.LARGEST_FILE + 1))


def test_long_lists_of_an_import_are_read_in_parts(operator):
    count = 2 * LISTED + 500
    lines = [f"web-{number:05d},part,1.0,npm\n" for number in range(count)]
    data = f"asset,name,version,ecosystem\n{''.join(lines)}".encode()
    done = services.import_file(operator, data, filename="a.csv", name="fleet")
    kept = selectors.import_(operator, done.id)
    assert len(done.diff.added) == count
    assert (len(kept.diff.added), len(kept.diff.new_assets)) == (LISTED, LISTED)
    assert kept.diff.counts == done.diff.counts
    assert kept.diff.counts["added"] == kept.diff.counts["new_assets"] == count
    assets = []
    for offset in range(0, count + 700, 700):
        assets += selectors.changes(operator, done.id, Long.NEW_ASSETS, offset=offset, limit=700)
    assert assets == list(done.diff.new_assets)
    (line,) = selectors.changes(operator, done.id, Long.ADDED, offset=2345, limit=1)
    assert line == {"asset": "web-02345", "name": "part", "version": "1.0"}
    assert selectors.changes(operator, done.id, Long.REMOVED) == []


def test_every_row_that_was_not_understood_stays_to_be_read(operator):
    count = LISTED + 5
    bad = "".join(f'web-1,"a{number},1\n' for number in range(count))
    done = services.import_file(
        operator, f"asset,name,version\nweb-1,a,1\n{bad}".encode(), filename="a.csv", name="fleet"
    )
    assert (done.unread, len(done.not_understood)) == (count, LISTED)
    (last,) = selectors.changes(operator, done.id, Long.NOT_UNDERSTOOD, offset=count - 1)
    assert last["place"] == f"line {count + 2}"


COUNT = 12_000


def dies_half_way():
    """The process is killed as soon as it noted that half of the components are written."""
    note = taking._note

    def and_die(actor, key, done, of):
        note(actor, key, done, of)
        if of == COUNT and done > COUNT // 2:
            os.kill(os.getpid(), signal.SIGKILL)

    taking._note = and_die


def dies_before_the_end():
    """The process is killed when all is written and nothing is committed."""
    store = taking.store

    def and_die(*given):
        store(*given)
        os.kill(os.getpid(), signal.SIGKILL)

    taking.store = and_die


def worker(dies):
    """A process of its own, as the operators' worker is."""
    connections["default"].connection = None  # it is the other process's
    dies()
    with by_default(DbRole.MATCHER):
        run_pending()


def counted(world):
    with as_role(world.owner_role):
        return {
            "components": Component.unscoped.count(),
            "imports": Import.unscoped.count(),
            "inventories": Inventory.unscoped.count(),
            "matching": Run.unscoped.filter(kind="exposure.match_inventory").count(),
        }


@pytest.mark.parametrize("dies", [dies_half_way, dies_before_the_end])
def test_a_worker_that_is_killed_while_it_stores_leaves_nothing_and_the_next_one_stores_it_once(real_world, dies):
    operator = real_world.actor(real_world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)
    rows = "".join(f"web-1,part-{number},1.0,npm\n" for number in range(COUNT))
    sent = send(operator, f"asset,name,version,ecosystem\n{rows}".encode())
    killed = get_context("fork").Process(target=worker, args=(dies,))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    left = now(operator, sent)
    assert (left.state, left.expected) == (IntakeState.STORING, COUNT)
    assert left.progress > COUNT // 2
    assert set(counted(real_world).values()) == {0}
    with as_role(real_world.owner_role):
        run = Run.unscoped.get(kind=tasks.TAKE)
    with by_default(DbRole.MATCHER):
        assert carry_out(tasks.TAKE, run.id)
    assert now(operator, sent).state is IntakeState.DONE
    assert counted(real_world) == {"components": COUNT, "imports": 1, "inventories": 1, "matching": 1}


def test_a_worker_that_is_killed_every_time_leaves_a_failed_file_that_can_be_tried_again(operator, world):
    sent = send(operator)
    with as_role(world.owner_role):
        Run.unscoped.filter(kind=tasks.TAKE).update(attempts=3)
    work()
    failed = now(operator, sent)
    assert failed.state is IntakeState.FAILED
    assert "its worker ended before the job did" in failed.fault.message
    services.again(operator, sent.id)
    work()
    assert now(operator, sent).state is IntakeState.DONE


def test_the_table_of_steps_ends_only_at_an_import_or_where_a_person_decides():
    ways_out = {state: [end for (begin, _), end in STEPS.items() if begin is state] for state in IntakeState}
    assert [state for state, ends in ways_out.items() if not ends] == [IntakeState.DONE]
