"""Histories of calls by three servers, recorded while connections are cut and PostgreSQL is restarted."""

import subprocess
import time

from servers import Wrong, run

TASKS = [6, 5, 5]
CALLS = 40


def record_orders(storm):
    """Records histories, each in a schema of its own, and searches for an order. Returns the number of calls."""
    count = 0
    for number in range(storm.options.orders):
        schema = f"order_{number}"
        logs = [f"{storm.folder}/{schema}-{server}.log" for server in range(len(TASKS))]
        record(storm, f"{storm.address}&schema={schema}", logs)
        direct = f"{storm.postgres.address}?schema={schema}"
        code, output = run([storm.program("LedgerWorker"), "order-check", direct, *logs], 300)
        if code != 0:
            raise Wrong(f"{schema}: {output}")
        storm.say(output)
        count += int(output.split()[1])
    return count


def record(storm, address, logs):
    callers = []
    for tasks, log in zip(TASKS, logs):
        seed = storm.random.randrange(1 << 32)
        callers.append(subprocess.Popen(
            [storm.program("LedgerWorker"), "order-calls", address, log, str(seed), str(tasks), str(CALLS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    try:
        for caller in callers:
            if caller.stdout.readline() != "ready\n":
                raise Wrong("a process that calls ended before it began")
        for caller in callers:
            caller.stdin.write("begin\n")
            caller.stdin.flush()
        disturb(storm, callers)
    finally:
        for caller in callers:
            caller.kill()
            caller.wait()


def disturb(storm, callers):
    """Cuts connections and restarts PostgreSQL once until all callers have made their calls."""
    deadline = time.monotonic() + 120
    restart_at = time.monotonic() + storm.random.uniform(0.1, 0.6)
    while any(caller.poll() is None for caller in callers):
        if time.monotonic() > deadline:
            raise Wrong("calls are not answered within two minutes")
        if time.monotonic() > restart_at:
            storm.restart()
            restart_at = float("inf")
        storm.cut()
        time.sleep(storm.random.uniform(0.02, 0.1))
    storm.postgres.wait()
    for caller in callers:
        if caller.returncode != 0:
            raise Wrong(f"a process that calls ended with {caller.returncode}: {caller.stdout.read()}")
