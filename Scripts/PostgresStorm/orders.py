"""Histories of calls by three servers, recorded while connections are cut and PostgreSQL is restarted."""

import subprocess
import time

from servers import TookTooLong, Wrong, run

TASKS = [6, 5, 5]
CALLS = 40
SEARCH_SECONDS = 40
ATTEMPTS = 4


def record_orders(storm):
    """Records histories, each in a schema of its own, and searches for an order. Returns the number of calls."""
    count = 0
    for number in range(storm.options.orders):
        for attempt in range(ATTEMPTS):
            calls = record_order(storm, f"order_{number}_{attempt}")
            if calls is not None:
                break
            storm.say("so many calls were lost that the search for an order takes too long: another history")
        else:
            raise Wrong(f"no order was found within {SEARCH_SECONDS} s for {ATTEMPTS} histories")
        count += calls
    return count


def record_order(storm, schema):
    """Returns the number of calls; None if the search takes too long. Each lost call doubles the orders to try."""
    logs = [f"{storm.folder}/{schema}-{server}.log" for server in range(len(TASKS))]
    record(storm, f"{storm.address}&schema={schema}", logs)
    direct = f"{storm.postgres.address}?schema={schema}"
    check = [storm.program("LedgerWorker"), "order-check", direct, *logs]
    try:
        code, output = run(check, SEARCH_SECONDS)
    except TookTooLong:
        return None
    if code != 0:
        raise Wrong(f"{schema}: {output}")
    storm.say(output)
    return int(output.split()[1])


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
