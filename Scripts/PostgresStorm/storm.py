"""A storm on a PostgreSQL ledger. Scripts/storm-postgres says how it is called, and builds the programs."""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

from orders import record_orders
from servers import Pooler, Postgres, Proxy, Worker, Wrong, port_of, run

SERVERS = 3
KINDS = ["proxy", "pooler", "clocks", "outage", "away", "failover"]
# The errors of the servers' clocks in seconds; the third one steps.
CLOCKS = ["90", "-90", "0/-90"]


class Storm:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.folder = tempfile.mkdtemp(prefix="faregate-storm-", dir="/tmp")
        # PostgreSQL and PgBouncer run as another user.
        os.chmod(self.folder, 0o755)
        self.postgres, self.proxy, self.pooler = None, None, None
        self.workers, self.logs = [], []
        self.charged = self.kills = self.cuts = 0

    def start(self):
        self.postgres = Postgres(self.folder + "/cluster")
        port = self.postgres.port
        if self.options.pooler:
            self.pooler = Pooler(self.folder, port)
            port = self.pooler.port
        if self.options.proxy:
            self.proxy = Proxy(self.folder, port, self.options.seed, rate=15)
            port = self.proxy.port
        hosts = f"127.0.0.1:{port}"
        if self.options.failover:
            self.postgres.add_standby()
            hosts += f",127.0.0.1:{port_of(self.postgres.standby[1])}"
        self.address = f"postgres://faregate@{hosts}/postgres?sslmode=disable"
        if self.options.pooler:
            self.address += "&preparing=false"

    @property
    def name(self):
        kinds = [kind for kind in KINDS if getattr(self.options, kind)]
        return " and ".join(kinds) or "plain"

    def program(self, name):
        return os.path.join(self.options.programs, name)

    def start_worker(self, number):
        log = f"{self.folder}/{len(self.logs)}.log"
        self.logs.append(log)
        clock = CLOCKS[number] if self.options.clocks else "0"
        seed = self.random.randrange(1 << 32) << 8 | len(self.logs)
        return Worker(self.program("LedgerWorker"), self.address, log, seed, self.options.callers, clock)

    def open_accounts(self):
        """Makes some calls, so that the storm begins with accounts."""
        log = self.folder + "/first.log"
        self.logs.append(log)
        code, output = run([self.program("LedgerWorker"), "load", self.postgres.address, log, "1", "1", "300"], 60)
        if code != 0:
            raise Wrong(f"the first calls fail: {output}")

    def storm(self):
        self.open_accounts()
        self.workers = [self.start_worker(number) for number in range(SERVERS)]
        begin = time.monotonic()
        at = {"kill": begin + 3, "restart": begin + 4, "cut": begin + 1, "report": begin + 1}
        for what in ("outage", "away", "failover"):
            at[what] = begin + self.options.seconds / 3 if getattr(self.options, what) else float("inf")
        pauses = {"kill": (2, 4), "restart": (5, 9), "cut": (0.1, 0.6), "report": (1, 1)}
        while (now := time.monotonic()) < begin + self.options.seconds:
            for what in [what for what, moment in at.items() if moment <= now]:
                getattr(self, what)()
                at[what] = time.monotonic() + self.random.uniform(*pauses[what]) if what in pauses else float("inf")
                if what == "away":
                    # A server that is killed meanwhile can't charge again what was committed.
                    at["kill"] = at["restart"] = at["cut"] = now + 12
            self.charged += sum(worker.read() for worker in self.workers)
            time.sleep(0.02)
        self.postgres.wait()
        for worker in self.workers:
            worker.kill()

    def kill(self):
        """Kills a server, starts another, and ends the dead one's lease, so that the others refund what it held."""
        number = self.random.randrange(SERVERS)
        dead = self.workers[number]
        self.charged += dead.read()
        dead.kill()
        self.workers[number] = self.start_worker(number)
        self.kills += 1
        self.postgres.must(
            "UPDATE faregate.holders SET alive_until = 0 "
            f"WHERE name LIKE '%:{dead.process.pid}'")

    def restart(self):
        if not self.postgres.is_restarting():
            self.postgres.restart(self.random.choice(["fast", "immediate"]))

    def outage(self):
        self.postgres.wait()
        self.postgres.restart("fast", pause=10)

    def failover(self):
        self.postgres.fail_over()
        self.say("the standby is the primary now")

    def away(self):
        self.proxy.go_away()

    def cut(self):
        if not self.postgres.is_restarting():
            self.cuts += self.postgres.cut()

    def report(self):
        lost = f", {self.lost_answers} answers lost" if self.proxy else ""
        self.say(
            f"{self.charged} charged, {self.kills} kills, {self.postgres.restarts} restarts, "
            f"{self.cuts} connections cut{lost}")

    @property
    def lost_answers(self):
        return sum(self.proxy.counts().values()) if self.proxy else 0

    def check(self):
        """Compares the tables with the answers that the servers logged."""
        code, output = run([self.program("LedgerWorker"), "told", self.postgres.address, *self.logs], 300)
        if code != 0:
            raise Wrong(output)
        self.say(output)
        if " 0 settled late" not in output:
            raise Wrong(f"what a live server held was refunded as abandoned: {output}")
        code, audit = run([self.program("faregate"), "audit", "--database", self.postgres.address], 300)
        if code != 0:
            raise Wrong(f"faregate audit: {audit}")
        self.say(audit)
        if self.charged < 10 * self.options.seconds:
            raise Wrong("hardly anything was charged: the storm tried nothing")
        return output

    def expect_differences(self):
        """Changes the tables by hand, as somebody who switched the triggers off: the check must find each change."""
        pick = "(SELECT id FROM charges WHERE state = {} AND cost = 10 ORDER BY id LIMIT 1 OFFSET {})"
        changes = [
            (f"DELETE FROM charges WHERE id = {pick.format(1, 0)}", "are missing or have another price"),
            (f"UPDATE charges SET state = 2, cost = 0 WHERE id = {pick.format(1, 1)}", "logged as settled and aren't"),
            (f"UPDATE charges SET cost = 9 WHERE id = {pick.format(1, 2)}", "were settled at another price"),
            (
                f"UPDATE charges SET attributes = (SELECT attributes FROM charges WHERE id = {pick.format(1, 3)}) "
                f"WHERE id = {pick.format(1, 4)}",
                "was charged 2 times",
            ),
            (f"UPDATE charges SET id = -1 WHERE id = {pick.format(1, 5)}", "settled but were never logged"),
            (
                "UPDATE charges SET state = 1 WHERE id = (SELECT id FROM charges WHERE state = 2 "
                "AND reason = 'threw' LIMIT 1)",
                "logged as refunded and aren't",
            ),
            ("UPDATE accounts SET debt = 5 WHERE name = 'account 1'", "the audit: account 1: debt is 5"),
        ]
        script = "; ".join(["SET search_path = faregate", "SET session_replication_role = replica"])
        self.postgres.must("; ".join([script] + [sql for sql, _ in changes]))
        code, output = run([self.program("LedgerWorker"), "told", self.postgres.address, *self.logs], 300)
        missed = [text for _, text in changes if text not in output]
        if code == 0 or missed:
            raise Wrong(f"the tables were changed, and the check doesn't find: {', '.join(missed)}\nIt says: {output}")
        self.say(f"{len(changes)} changes by hand, all found")

    def say(self, text):
        print(f"{self.name}, {time.monotonic() - self.began:3.0f} s: {text}", flush=True)

    def run(self):
        self.began = time.monotonic()
        self.start()
        calls = record_orders(self)
        self.storm()
        # What a dead server had sent to PostgreSQL may still be committed.
        time.sleep(1)
        told = self.check()
        self.expect_differences()
        answers = f", {self.lost_answers} answers lost ({self.proxy.counts()})" if self.proxy else ""
        print(
            f"{self.name}: {self.options.seconds} s, {told.removeprefix('told: ')}; {self.kills} kills, "
            f"{self.postgres.restarts} restarts, {self.cuts} connections cut{answers}; "
            f"{calls} recorded calls in order: nothing was lost, and nothing was charged twice", flush=True)

    def stop(self):
        for worker in self.workers:
            worker.kill()
        for server in (self.proxy, self.pooler, self.postgres):
            if server is not None:
                server.stop()


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--orders", type=int, default=2)
    parser.add_argument("--callers", type=int, default=64)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    for kind in KINDS:
        parser.add_argument(f"--{kind}", action="store_true")
    options = parser.parse_args()
    options.proxy = options.proxy or options.away
    storm = Storm(options)
    print(f"== A storm on PostgreSQL: {storm.name}, --seed {options.seed}", flush=True)
    try:
        storm.run()
        shutil.rmtree(storm.folder, ignore_errors=True)
    except Wrong as wrong:
        print(f"WRONG ({storm.name}, --seed {options.seed}): {wrong}", file=sys.stderr)
        print(f"The logs are in {storm.folder}.", file=sys.stderr)
        return 1
    finally:
        storm.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
