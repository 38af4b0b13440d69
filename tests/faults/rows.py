"""Each row of the list of faults (../shared/checklists/faults.md, but for 8), tried over nginx before the real service.

`make test-faults` kills fifty times for each of rows 2 and 3, in tests with a PostgreSQL and a service of their own;
here row 2 is tried with one kill in the middle. Row 27 is among the attacks (attacks.py).
"""

import contextlib
import http.client
import io
import json
import random
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.faults.installation import Installation
from tests.faults.prober import SEARCH
from tests.faults.probes import percentile
from tests.helpers.clinic_files import a_file, a_row
from tests.helpers.fake_provider import hangs_up, redirects
from tests.helpers.geocoder_faults import FAULTS
from tests.helpers.keys import UNKNOWN_KEY
from tests.helpers.postgres import connected, locked_clinics
from tests.helpers.small_disk import small_disk_for

CSV = {"Content-Type": "text/csv"}
DRY_RUN = "/api/v1/imports?dry_run=true"
SHORTLY = 2.5
REFUSAL_SECONDS = 0.020


@dataclass
class RowResult:
    """What came of a row: the answers, how long they took, and what did not hold."""

    statuses: Counter[int | str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.statuses.total()

    @property
    def p99(self) -> float:
        return percentile(sorted(self.seconds) or [0.0], 99)

    @property
    def worst(self) -> float:
        return max(self.seconds, default=0.0)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int | str
    headers: dict[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        return json.loads(self.body)


class Asker:
    """Asks over nginx, and notes each answer in the result of the row; a 500 is always a failure."""

    def __init__(self, installation: Installation, result: RowResult, seed: int):
        self.installation = installation
        self.result = result
        self.chance = random.Random(seed)
        self.key = {"Authorization": f"Bearer {installation.admin_key}"}

    def ask(
        self,
        target: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        client: str = "127.0.0.1",
        port: int | None = None,
    ) -> Answer:
        """`port` is nginx's if nothing else is said."""
        began = time.perf_counter()
        port = port or self.installation.front.port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(client, 0))
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a refusal may come before the body ends
                connection.request(method, target, body=body, headers=headers or {})
            got = connection.getresponse()
            answer = Answer(
                got.status,
                {name.lower(): value for name, value in got.getheaders()},
                got.read(),
                time.perf_counter() - began,
            )
        except (OSError, http.client.HTTPException) as error:
            answer = Answer(type(error).__name__, {}, b"", time.perf_counter() - began)
        finally:
            connection.close()
        self.result.statuses[answer.status] += 1
        self.result.seconds.append(answer.seconds)
        if not isinstance(answer.status, int) or answer.status == 500:
            self.miss(f"{answer.status} for {method} {target[:40]}")
        elif (
            target != "/readyz"
            and answer.status >= 400
            and not answer.headers.get("content-type", "").startswith("application/problem+json")
        ):
            self.miss(f"{answer.status} is not a problem")
        return answer

    def miss(self, what: str) -> None:
        if what not in self.result.failures:
            self.result.failures.append(what)

    def expect(self, held: bool, what: str) -> None:
        if not held:
            self.miss(what)

    def expect_in(self, answer: Answer, allowed: Sequence[int], what: str) -> Answer:
        self.expect(answer.status in allowed, f"{what}: {answer.status}")
        return answer

    def search(self, near: str) -> Answer:
        return self.ask(f"/api/v1/search?near={quote(near)}")

    def post_search(self, body: bytes) -> Answer:
        return self.ask("/api/v1/search", method="POST", body=body, headers={"Content-Type": "application/json"})

    def upload(self, file: bytes, *, target: str = DRY_RUN, **headers: str) -> Answer:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(target, method="POST", body=file, headers=self.key | CSV | more)

    def recovers(self) -> None:
        took = wait_until(lambda: self.ask(SEARCH).status == 200, seconds=10)
        self.expect(took is not None and took < 3, "no good search within 3 s of the end")


def wait_until(condition: Callable[[], bool], *, seconds: float) -> float | None:
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if condition():
            return time.monotonic() - began
        time.sleep(0.05)
    return None


def database_killed(asker: Asker) -> None:
    """Row 1."""
    postgres = asker.installation.postgres
    workers = {process.pid for process in asker.installation.service_processes()}
    postgres.kill()
    try:
        for _ in range(20):
            found = asker.expect_in(asker.ask(SEARCH), [503], "a search without a database")
            asker.expect("retry-after" in found.headers, "a 503 without Retry-After")
            asker.expect(found.seconds < SHORTLY, "a 503 after more than 2.5 s")
            asker.expect_in(asker.ask("/healthz"), [200], "/healthz without a database")
        asker.expect_in(asker.ask("/readyz"), [503], "/readyz without a database")
    finally:
        postgres.start()
    asker.recovers()
    asker.expect(
        workers == {process.pid for process in asker.installation.service_processes()}, "a server process was replaced"
    )


def database_killed_while_publishing(asker: Asker) -> None:
    """Row 2: the import is as before or published, and can be published again."""
    postgres = asker.installation.postgres
    rows = [a_row(f"kill-{number}", lat=f"{43 + number / 500:.3f}", zip="") for number in range(400)]
    report = asker.expect_in(
        asker.upload(a_file(*rows).getvalue(), target="/api/v1/imports"), [201, 202], "upload"
    ).json()
    target = f"/api/v1/imports/{report['import_id']}"
    wait_until(lambda: asker.ask(target, headers=asker.key).json()["status"] == "checked", seconds=30)
    with ThreadPoolExecutor(1) as pool, connected(postgres.url, user="postgres") as watcher:
        working = pool.submit(_publish, asker, target)
        writing = "select count(*) from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()"
        while watcher.execute(writing).fetchone() == (0,) and not working.done():
            pass
        postgres.kill()
        working.result()
    postgres.start()
    asker.recovers()
    status = asker.ask(target, headers=asker.key).json()["status"]
    asker.expect(status in ("checked", "published"), f"the import is {status}")
    asker.expect_in(_publish(asker, target), [200], "publishing again")


def _publish(asker: Asker, target: str) -> Answer:
    report = asker.ask(target, headers=asker.key)
    brake = report.json()["brake"] if report.status == 200 else None
    body = json.dumps({"confirm": brake["number"]} if brake else {}).encode()
    headers = asker.key | {"Content-Type": "application/json"}
    return asker.ask(f"{target}/publish", method="POST", body=body, headers=headers)


def twenty_imports(asker: Asker) -> None:
    """Row 4: one by one or refused, and each is published in the end."""
    targets = []
    for number in range(20):
        row = a_row(f"at-once-{number}", lat=f"{44 + number / 50:.2f}", zip="")
        report = asker.expect_in(asker.upload(a_file(row).getvalue(), target="/api/v1/imports"), [201], "upload").json()
        targets.append(f"/api/v1/imports/{report['import_id']}")
    with ThreadPoolExecutor(20) as pool:
        for answer in pool.map(lambda target: _publish(asker, target), targets):
            asker.expect_in(answer, [200, 409, 503], "publishing at once")
    for target in targets:
        wait_until(lambda target=target: _publish(asker, target).status == 200, seconds=20)  # type: ignore[misc]
        asker.expect(asker.ask(target, headers=asker.key).json()["status"] == "published", "one was not published")


def same_file_twice(asker: Asker) -> None:
    """Row 5: as many at once as nginx lets in."""
    name = f"faults-{asker.chance.randrange(10**9)}"
    file, other = (a_file(a_row("twice", notes=notes)).getvalue() for notes in ("One.", "Two."))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: asker.upload(file, target="/api/v1/imports", Idempotency_Key=name), range(6)))
    asker.expect(len({answer.json()["import_id"] for answer in answers}) == 1, "one key made several imports")
    replayed = [answer for answer in answers if answer.headers.get("idempotency-replayed") == "true"]
    asker.expect(len(replayed) == 5, "a replay is not marked")
    asker.expect_in(asker.upload(other, target="/api/v1/imports", Idempotency_Key=name), [422], "another file")


def two_hundred_clients(asker: Asker) -> None:
    """Row 6: more than there are connections, while each is held up for some time."""
    url = asker.installation.postgres.url
    with locked_clinics(url), ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(lambda _: asker.ask(SEARCH), range(200)))
        asker.expect_in(asker.ask("/healthz"), [200], "/healthz")
    asker.expect({answer.status for answer in answers} <= {200, 503}, "neither 200 nor 503")
    asker.recovers()


def slow_query(asker: Asker) -> None:
    """Row 7."""
    url = asker.installation.postgres.url
    with locked_clinics(url):
        found = asker.expect_in(asker.ask(SEARCH), [503], "a search behind a lock")
        asker.expect(found.seconds < SHORTLY, "a search over 2.5 s")
    with connected(url, user="postgres") as server:
        idle = "select count(*) from pg_stat_activity where state like 'idle in transaction%'"
        took = wait_until(lambda: server.execute(idle).fetchone() == (0,), seconds=1)
        asker.expect(took is not None, "a transaction stays open")
    asker.recovers()


def read_only_and_full(asker: Asker) -> None:
    """Row 9."""
    path, headers = "/api/v1/clinics/clinic-0100", asker.key | {"Content-Type": "application/json"}
    with asker.installation.postgres.as_superuser() as server:
        server.execute("alter system set default_transaction_read_only = on")
        server.execute("select pg_reload_conf()")
        try:
            time.sleep(1)
            answer = asker.ask(path, method="PATCH", body=b'{"notes": "Row 9."}', headers=headers)
            asker.expect_in(answer, [503], "a change while read-only")
            asker.expect_in(asker.ask(SEARCH), [200], "a search while read-only")
        finally:
            server.execute("set default_transaction_read_only = off")
            server.execute("alter system reset default_transaction_read_only")
            server.execute("select pg_reload_conf()")
    wait_until(
        lambda: asker.ask(path, method="PATCH", body=b'{"notes": "Row 9."}', headers=headers).status == 200, seconds=5
    )
    asker.recovers()


def geocoders_at_fault(asker: Asker) -> None:
    """Rows 10 to 13: whatever the geocoder does, the ZIP's point answers in time."""
    provider = asker.installation.provider
    if provider is None:
        asker.miss("no geocoder")
        return
    faults = {**FAULTS, "a redirect": redirects("http://127.0.0.1:9/"), "hangs up": hangs_up()}
    for name, behavior in faults.items():
        provider.behave(behavior)
        for _ in range(4):
            address = f"{asker.chance.randrange(100, 9999)} Lantern St, Madison, WI 53703"
            answer = asker.expect_in(asker.post_search(json.dumps({"near": address}).encode()), [200], name)
            asker.expect(answer.seconds < 1.5, f"{name}: over 1.5 s")
            asker.expect(b'"precision":"zip"' in answer.body.replace(b" ", b""), f"{name}: not the ZIP's point")


def full_database_disk(asker: Asker) -> None:
    """Row 9, the other half: a full disk under the tables that a change writes to."""
    if not asker.installation.has_disks:
        return
    path, headers = "/api/v1/clinics/clinic-0101", asker.key | {"Content-Type": "application/json"}
    with small_disk_for(asker.installation.postgres.url) as disk:
        disk.take("clinic_versions")
        disk.fill()
        # What cannot be compressed; the first few still find room in pages that the table has already.
        notes = (asker.chance.randbytes(900).hex() for _ in range(40))
        changes = [asker.ask(path, method="PATCH", body=_notes(each), headers=headers) for each in notes]
        asker.expect({answer.status for answer in changes} <= {200, 507}, "a change neither 200 nor 507")
        for answer in changes[-5:]:
            asker.expect_in(answer, [507], "a change on a full disk")
            asker.expect_in(asker.ask(SEARCH), [200], "a search on a full disk")
        disk.clear()
        answer = asker.ask(path, method="PATCH", body=_notes("Room again."), headers=headers)
        asker.expect_in(answer, [200], "a change with room again")


def _notes(text: str) -> bytes:
    return json.dumps({"notes": text}).encode()


def out_of_state(asker: Asker) -> None:
    """Row 14."""
    for near in ("60601", "55802", "41.88,-87.63", "Duluth, MN", "233 S Wacker Dr, Chicago, IL 60606"):
        asker.expect_in(asker.post_search(json.dumps({"near": near}).encode()), [200], near)


def odd_zips(asker: Asker) -> None:
    """Rows 15 and 16."""
    unknown = asker.expect_in(asker.search("99999"), [422], "99999")
    asker.expect(unknown.json()["type"] == "/problems/unknown-place", "another problem")
    for near in ("53701", "٥٣٧٠٣", " 53703 ", "53703-1234", "5 3 7 0 3"):
        asker.expect_in(asker.search(near), [200], near)
    asker.expect_in(asker.search("537O3"), [422], "537O3")


def values_out_of_range(asker: Asker) -> None:
    """Row 17."""
    for rest in ("radius_miles=NaN", "radius_miles=inf", "radius_miles=-1", "radius_miles=1e999", "radius_miles=0",
                 "limit=1000000000", "limit=-1", "offset=10000000"):  # fmt: skip
        found = asker.expect_in(asker.ask(f"/api/v1/search?near=53703&{rest}"), [422], rest)
        asker.expect(bool(found.json()["errors"]), f"{rest}: no field is named")
    asker.expect_in(asker.search("91,-89"), [422], "lat=91")


def hostile_text(asker: Asker) -> None:
    """Row 18."""
    for body in (
        b'{"near": "537\\u000003"}', b'{"near": "\\ud800"}', b'{"near": "\\u202e30735"}',
        json.dumps({"near": "x" * 1_000_000}).encode(), b'{"near":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"near": "53703", "near": "54501"}', b'{"near": "53703", "__proto__": {"a": 1}}', b"\xff\xfe", b"", b"NaN",
    ):  # fmt: skip
        asker.expect_in(asker.post_search(body), [400, 413, 422], repr(body[:30]))


def injections(asker: Asker) -> None:
    """Row 19: as to harmless words, and not an error in PostgreSQL's log."""
    before = len(asker.installation.postgres.log)
    words = [
        f"{quoted}{clause}{end}"
        for quoted in ("'", '"', "')", "", "\\'", "$$")
        for clause in (
            " or 1=1",
            "; drop table clinics; ",
            "; select pg_sleep(5); ",
            " union all select version()",
            "::int",
        )
        for end in ("--", "/*")
    ]
    for word in words:
        for name in ("near", "specialty", "organization", "cursor"):
            rest = f"{name}={quote(word)}" if name == "near" else f"near=53703&{name}={quote(word)}"
            answer = asker.ask(f"/api/v1/search?{rest}")
            # Some of it looks like an address, and the geocoder of row 10 is still out of order.
            if answer.status != 503 or answer.json()["type"] != "/problems/geocoder-unavailable":
                asker.expect_in(answer, [200, 400, 422], f"SQL as {name}")
    asker.expect("ERROR" not in asker.installation.postgres.log[before:], "an error in PostgreSQL's log")


def hostile_cells(asker: Asker) -> None:
    """Row 20: two thousand rows that keep patterns busy, checked in seconds."""
    hostile = ("(((((", "aaaa!", "Mo-Fr,", "08:00-", "1-800-", "((1)", "a b  ", "=1+1+", "Mo 08:00-12:00,")
    rows = [
        a_row(f"hostile-{number}", **{
            column: asker.chance.choice(hostile) * asker.chance.choice((1, 10, 50))
            for column in ("street", "hours", "phone", "notes", "website")
        })
        for number in range(1_500)
    ]  # fmt: skip
    rows[7]["notes"] = "((((" * 12_500
    answer = asker.expect_in(asker.upload(a_file(*rows).getvalue()), [200], "a hostile file")
    asker.expect(answer.seconds < 20, "a hostile file took over 20 s")


def hostile_files(asker: Asker) -> None:
    """Row 21."""
    good = a_file(a_row("hostile-file")).getvalue()
    text = good.decode()
    head, _, row = text.partition("\r\n")
    for file in (
        text.encode("utf-16"), b"\xef\xbb\xbf" + good, text.replace("Hostile", "Caf\xe9").encode("latin-1"),
        good + b"\0", text.replace("\r\n", "\n", 1).encode(), f"{head}\r\n{row}too,many,cells,in,this,row\r\n".encode(),
        f"{head},name\r\n{row}".encode(), good + b'"' + b"x" * 200_000 + b'"\r\n', b"", bytes(range(256)) * 50,
        b"PK\x03\x04 not a workbook", b"<!doctype html><html></html>", b"\r\n" * 100_000,
    ):  # fmt: skip
        answer = asker.upload(file)
        asker.expect(answer.status in (200, 202, 415, 422, 400), f"a file {file[:12]!r}: {answer.status}")
        if answer.status == 200:
            counts = answer.json()["counts"]
            parts = sum(counts[name] for name in ("added", "changed", "unchanged", "held", "refused", "locating"))
            asker.expect(parts == counts["rows"], "the counts do not add up")


def archives(asker: Asker) -> None:
    """Row 22."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../clinics.csv", b"x" * 50_000_000)
    asker.expect_in(asker.upload(packed.getvalue()), [415, 422], "a zip")
    asker.expect_in(asker.upload(packed.getvalue(), Content_Encoding="gzip"), [415], "a compressed body")
    asker.expect_in(asker.upload(b"x" * 22_000_000), [413], "22 MB")
    memory = sum(process.memory_info().rss for process in asker.installation.service_processes())
    asker.expect(memory < 1.5 * 2**30, "the service holds over 1.5 GB")


def formulas_and_scripts(asker: Asker) -> None:
    """Rows 23 and 24: what is typed stays as it is, goes out as text, and no script gets in as a website."""
    notes = ("=HYPERLINK(1)", "+1-608-263-6400", "-2+3", "@SUM(A1)", "<img src=x onerror=alert(1)>")
    away = {"zip": "", "city": "Nosuchtown"}  # which cannot be far from any point
    rows = [a_row(f"formula-{place}", notes=each, lat=f"{45 + place / 10}", **away) for place, each in enumerate(notes)]
    rows.append(a_row("formula-9", website="javascript:alert(1)"))
    report = asker.expect_in(asker.upload(a_file(*rows).getvalue(), target="/api/v1/imports"), [201], "upload").json()
    asker.expect(report["counts"]["refused"] + report["counts"]["held"] >= 1, "javascript: was taken as a website")
    asker.expect_in(_publish(asker, f"/api/v1/imports/{report['import_id']}"), [200], "publish")
    exported = asker.ask("/api/v1/clinics.csv").body.decode()
    asker.expect("'=HYPERLINK(1)" in exported and "'@SUM(A1)" in exported, "a formula goes out as a formula")
    again = asker.upload(exported.encode())
    if again.status == 200:
        counts = again.json()["counts"]
        asker.expect(counts["changed"] + counts["added"] == 0, "the export is not the list")
    page = asker.ask("/clinics/formula-4", headers={"Accept": "text/html"})
    asker.expect(page.status == 200 and b"<img src=x" not in page.body, "a script is not escaped")
    asker.expect("unsafe" not in page.headers.get("content-security-policy", "unsafe"), "the policy allows scripts")


def long_refusals(asker: Asker) -> None:
    """60 kB of query are refused at little cost: within 20 ms of a processor, over the bare service."""
    long = "x" * 60_000
    names = "&".join(f"{number:x}=1" for number in range(0x1000, 0x1000 + 7_500))
    queries = {
        "7,500 unknown names": names,
        "7,500 times near": "&".join(["near=53"] * 7_500),
        "names like ours": "&".join(f"nea{number:x}=1" for number in range(6_000)),
        "one long place": f"near={long}",
        "one long name": f"{long}=1",
        "a place in percents": f"near={'%41' * 20_000}",
        "names in percents": "&".join(["%6e%65%61%72=%35"] * 3_500),
        "not UTF-8": f"near={'%ff' * 20_000}",
        "commas": f"near={',' * 60_000}",
        "digits": f"near={'5' * 60_000}",
        "numbers and words": f"near={'12+Main+St+' * 5_400}",
        "plus signs": f"near={'+' * 60_000}",
        "only separators": "&" * 60_000,
        "separators and signs": "&=" * 30_000,
        "specialties": "near=53703&" + "&".join(["specialty=nothing"] * 3_300),
        "one long specialty": f"near=53703&specialty={long}",
        "one long cursor": f"near=53703&cursor={long}",
        "a long number": f"near=53703&radius_miles={'9' * 60_000}",
        "a long organization": f"near=53703&organization={long}",
        "brackets": f"near={'(' * 60_000}",
    }
    paths = ("/api/v1/search", "/api/v1/places", "/api/v1/clinics", "/api/v1/explain")
    service = asker.installation.service.port
    for path in paths:
        for kind, query in queries.items():
            before = _processor_seconds(asker)
            for _ in range(5):
                asker.expect_in(asker.ask(f"{path}?{query}", port=service), [400, 414, 422, 200], f"{path}: {kind}")
            spent = (_processor_seconds(asker) - before) / 5
            asker.expect(spent <= REFUSAL_SECONDS, f"{path}: {kind}: {spent * 1000:.0f} ms of a processor")


def _processor_seconds(asker: Asker) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in asker.installation.service_processes())


def foreign_origins(asker: Asker) -> None:
    """Row 25: a change needs a key, which no browser adds by itself; nobody frames the pages."""
    headers = {"Origin": "https://elsewhere.example", "Cookie": "session=1", **CSV}
    answer = asker.ask("/api/v1/imports", method="POST", body=b"x", headers=headers)
    asker.expect_in(answer, [401, 403], "a foreign upload")
    asker.expect("access-control-allow-credentials" not in answer.headers, "credentials are allowed")
    page = asker.ask("/", headers={"Accept": "text/html"})
    asker.expect("frame-ancestors 'none'" in page.headers.get("content-security-policy", ""), "the page can be framed")


def bad_keys(asker: Asker) -> None:
    """Row 26."""
    body = a_file(a_row("nobody")).getvalue()
    for key in ("", f"Bearer {UNKNOWN_KEY}", "Bearer x", "Basic eDp5"):
        answer = asker.ask(DRY_RUN, method="POST", body=body, headers={"Authorization": key, **CSV})
        asker.expect_in(answer, [401], "a bad key")
    address = f"{DRY_RUN}&api_key={asker.installation.admin_key}"
    asker.expect(
        asker.ask(address, method="POST", body=body, headers=CSV).status in (400, 401, 422), "a key in the address"
    )
    for number in range(300):
        guess = {"Authorization": f"Bearer clk_{number:08d}_{'x' * 43}"}
        # From an address of its own, which is refused everything with a key for a while.
        asker.expect_in(asker.ask("/api/v1/audit", headers=guess, client="127.0.4.26"), [401, 429], "a guess")
    written = asker.installation.front.written() + asker.installation.service.written()
    asker.expect(asker.installation.admin_key not in written, "a key is in a log")


def canary(asker: Asker) -> None:
    """Row 28: marked questions leave no trace in any log."""
    marks = [f"{4000 + number} Canary{number} Lane" for number in range(500)]
    for mark in marks:
        asker.post_search(json.dumps({"near": f"{mark}, Madison, WI 53703"}).encode())
        asker.search(f"{mark}, 53703")
    written = asker.installation.front.written() + asker.installation.service.written()
    audit = asker.expect_in(asker.ask("/api/v1/audit", headers=asker.key), [200], "the audit")
    written += asker.installation.postgres.log + audit.body.decode()
    asker.expect("canary" not in written.lower(), "a marked address is in a log")


def smuggling_and_hosts(asker: Asker) -> None:
    """The rest of the list: ambiguous requests, hosts, methods, unknown parameters, deceived caches."""
    front = asker.installation.front
    lengths = "Content-Length: 4\r\nTransfer-Encoding: chunked"
    both = f"POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\n{lengths}\r\n\r\n0\r\n\r\n".encode()
    asker.expect(b" 400 " in front.say(both).partition(b"\r\n")[0], "two lengths are not a 400")
    asker.expect_in(asker.ask("/healthz", headers={"Host": "a b"}), [400], "a bad host")
    asker.expect_in(asker.ask("/api/v1/search?near=53703&neer=1"), [422], "an unknown parameter")
    asker.expect_in(asker.ask("/api/v1/clinics/5.css"), [404, 422], "a deceived cache")
    asker.expect_in(asker.ask("/metrics"), [404], "/metrics over nginx")
    asker.expect("allow" in asker.expect_in(asker.ask("/find", method="TRACE"), [405], "TRACE").headers, "no Allow")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list: its number, what is tried, and the test that shows it in small."""

    number: str
    fault: str
    attempt: Callable[[Asker], None]
    test: str


ROWS = (
    Row("1", "database killed", database_killed, "api/operating/test_database_faults.py"),
    Row(
        "2", "database killed while publishing", database_killed_while_publishing,
        "importing/faults/test_database_faults.py",
    ),
    Row("4", "twenty imports published at once", twenty_imports, "api/imports/test_concurrent_imports.py"),
    Row("5", "the same file with one key", same_file_twice, "api/imports/test_concurrent_imports.py"),
    Row("6", "200 clients, connections held up", two_hundred_clients, "serving/test_busy.py"),
    Row("7", "a slow statement", slow_query, "api/operating/test_database_faults.py"),
    Row("9", "a database that is read-only", read_only_and_full, "importing/faults/test_database_faults.py"),
    Row("9", "a full disk under the history", full_database_disk, "api/imports/test_import_problems.py"),
    Row("10-13", "geocoders at fault, in ten ways", geocoders_at_fault, "api/test_address_search.py"),
    Row("14", "addresses out of the state", out_of_state, "finding/test_search.py"),
    Row("15, 16", "odd ZIPs", odd_zips, "api/http/test_bad_input.py"),
    Row("17", "values out of range", values_out_of_range, "api/http/test_bad_input.py"),
    Row("18", "hostile text", hostile_text, "api/http/test_bad_input.py"),
    Row("19", "SQL in every text", injections, "api/http/test_injection.py"),
    Row("20", "cells that keep patterns busy", hostile_cells, "benchmarks/test_import_benchmarks.py"),
    Row("21", "hostile files", hostile_files, "api/imports/test_uploads.py"),
    Row("22", "archives and compressed bodies", archives, "api/imports/test_uploads.py"),
    Row("23, 24", "formulas and scripts in cells", formulas_and_scripts, "importing/cells/test_escaping.py"),
    Row("17", "refusals of 60 kB, in twenty ways", long_refusals, "api/http/test_bad_input.py"),
    Row("25", "foreign origins and frames", foreign_origins, "web/frame/test_headers.py"),
    Row("26", "bad keys, 300 guesses", bad_keys, "api/http/test_access.py"),
    Row("28", "1,000 marked questions", canary, "api/test_privacy.py"),
    Row("beside", "smuggling, hosts, methods, caches", smuggling_and_hosts, "deploy/test_nginx_and_service.py"),
)  # fmt: skip

# Those that are tried elsewhere: by tests with fifty kills, and by the attacks.
ELSEWHERE = {
    "3": "importing/faults/test_killed_service.py",
    "27": "deploy/test_nginx_limits.py",
}


def tried(row: Row, installation: Installation, seed: int) -> RowResult:
    """Try a row; what breaks the attempt itself is a failure too."""
    result = RowResult()
    try:
        row.attempt(Asker(installation, result, seed))
    except Exception as error:  # noqa: BLE001 - the other rows are tried all the same
        result.failures.append(f"broke off with {type(error).__name__}: {str(error)[:80]}")
    return result
