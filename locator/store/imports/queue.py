"""The queue of imports that wait to be located: procrastinate's tables in our own PostgreSQL.

A job holds the number of its import and nothing else.
"""

from sqlalchemy import Connection, text
from sqlalchemy import exc as sqlalchemy_errors

QUEUE = "locating"
TASK = "locate_import"


class QueueStore:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(self, import_id: int) -> None:
        """Queue an import in the open transaction, unless it is queued or being located already."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(
                    text(_ADD), {"queue": QUEUE, "task": TASK, "lock": _lock_of(import_id), "import_id": import_id}
                )
        except sqlalchemy_errors.IntegrityError:
            # Another process queued it at the same moment: procrastinate has a unique index on its queueing locks.
            return

    def remove(self, import_id: int) -> None:
        """Remove a waiting import from the queue."""
        self._connection.execute(text(_REMOVE), {"lock": _lock_of(import_id)})

    def restore(self, *, silent_seconds: float) -> int:
        """Queue the jobs of killed workers again, and return how many imports that were.

        A worker counts as killed after `silent_seconds` without a heartbeat.
        """
        parameters = {"queue": QUEUE, "silent_seconds": silent_seconds}
        self._connection.execute(text(_FORGET_TWINS), parameters)
        left_behind = self._connection.execute(text(_RESTORE), parameters).all()
        unqueued = list(self._connection.execute(text(_UNQUEUED)).scalars())
        for import_id in unqueued:
            self.add(import_id)
        return len(left_behind) + len(unqueued)

    def has_worker(self, *, silent_seconds: float) -> bool:
        """Return whether a worker is running: one has sent a heartbeat in the last `silent_seconds`."""
        return bool(self._connection.execute(text(_HAS_WORKER), {"silent_seconds": silent_seconds}).scalar_one())

    def explain_idleness(self, sentence: str) -> None:
        """Make the reports of the imports that wait for a geocoder say why nothing happens."""
        self._connection.execute(text(_EXPLAIN), {"sentence": sentence})


def _lock_of(import_id: int) -> str:
    return f"{QUEUE} {import_id}"


_ADD = """
    select procrastinate_defer_jobs_v1(array[
        row(:queue, :task, 0, null, :lock, jsonb_build_object('import_id', cast(:import_id as bigint)), null)
    ]::procrastinate_job_to_defer_v1[])
    where not exists (
        select from procrastinate_jobs where queueing_lock = :lock and status in ('todo', 'doing')
    )"""

_REMOVE = "delete from procrastinate_jobs where queueing_lock = :lock and status = 'todo'"

_LEFT_BEHIND = """
    select j.id, j.queueing_lock
    from procrastinate_jobs j left join procrastinate_workers w on w.id = j.worker_id
    where j.queue_name = :queue and j.status = 'doing'
      and (w.id is null or w.last_heartbeat < now() - make_interval(secs => :silent_seconds))
    for update of j skip locked"""

# An import waits in the queue once: if it does already, the job that was left behind is dropped.
_FORGET_TWINS = f"""
    with left_behind as materialized ({_LEFT_BEHIND})
    delete from procrastinate_jobs j using left_behind l
    where j.id = l.id and exists (
        select from procrastinate_jobs twin where twin.queueing_lock = l.queueing_lock and twin.status = 'todo'
    )"""

_RESTORE = f"""
    with left_behind as materialized ({_LEFT_BEHIND})
    select procrastinate_retry_job_v2(id, now(), null, null, null) from left_behind"""

_UNQUEUED = f"""
    select import_id from imports i
    where i.status = 'locating' and not exists (
        select from procrastinate_jobs j
        where j.queueing_lock = '{QUEUE} ' || i.import_id and j.status in ('todo', 'doing')
    )
    order by import_id"""

_EXPLAIN = """
    update imports set paused_because = :sentence, paused_until = null
    where status = 'locating' and checked_part is null and paused_because is distinct from :sentence"""

_HAS_WORKER = """
    select exists (
        select from procrastinate_workers where last_heartbeat > now() - make_interval(secs => :silent_seconds)
    )"""
