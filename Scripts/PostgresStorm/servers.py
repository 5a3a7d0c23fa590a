"""The servers of a storm: PostgreSQL, the pooler and the proxy before it, and the workers that call."""

import json
import os
import signal
import socket
import subprocess
import sys
import time


class Wrong(Exception):
    """Something that must not happen, in words."""


class TookTooLong(Wrong):
    """A command that didn't end in time."""


def run(command, seconds, **options):
    """Runs a command to its end, and returns its exit code and output."""
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds, **options)
    except subprocess.TimeoutExpired:
        raise TookTooLong(f"{os.path.basename(command[0])} {' '.join(command[1:3])} didn't end within {seconds} s")
    return done.returncode, done.stdout.strip()


def port_of(address):
    return int(address.rsplit(":", 1)[1].split("/")[0])


class Postgres:
    """A cluster that is thrown away. It writes to the disk as in production: fsync is on."""

    def __init__(self, folder):
        self.folder = folder
        code, address = run(["Scripts/postgres", "start", folder], 120)
        if code != 0:
            raise Wrong(f"PostgreSQL doesn't start: {address}")
        self.address = address.splitlines()[-1]
        # The folder and address of its standby.
        self.standby = None
        self.restarting = None
        self.restarts = 0

    @property
    def port(self):
        return port_of(self.address)

    def sql(self, text, seconds=20):
        """The rows as text, or None if the server can't be reached or ended the connection."""
        code, output = run(["psql", "-X", "-q", "-A", "-t", "-d", self.address, "-c", text], seconds)
        return output if code == 0 else None

    def must(self, text):
        """Runs SQL as soon as the server can be reached."""
        for _ in range(100):
            output = self.sql(text)
            if output is not None:
                return output
            time.sleep(0.2)
        raise Wrong(f"PostgreSQL doesn't come back; SQL that couldn't run: {text}")

    def cut(self):
        """Cuts a connection of the ledgers, or of their pooler. Returns how many were cut."""
        output = self.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND backend_type = 'client backend' AND application_name <> 'psql' ORDER BY random() LIMIT 1")
        return 1 if output == "t" else 0

    def restart(self, mode, pause=0):
        """Begins a restart. Its output goes nowhere: the new server would keep a pipe open."""
        self.restarting = subprocess.Popen(
            ["Scripts/postgres", "restart", self.folder, mode, str(pause)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.restarts += 1

    def is_restarting(self):
        if self.restarting is None or self.restarting.poll() is None:
            return self.restarting is not None
        code, self.restarting = self.restarting.returncode, None
        if code != 0:
            raise Wrong(f"PostgreSQL didn't restart: {self.folder}/log")
        return False

    def wait(self):
        deadline = time.monotonic() + 60
        while self.is_restarting():
            if time.monotonic() > deadline:
                raise Wrong("PostgreSQL didn't restart within a minute")
            time.sleep(0.05)

    def add_standby(self):
        """Starts a standby in a folder beside this one. From then on every commit waits until it has the commit too."""
        folder = self.folder + "-standby"
        code, address = run(["Scripts/postgres", "standby", folder, self.address], 120)
        if code != 0:
            raise Wrong(f"the standby doesn't start: {address}")
        self.must("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.must("SELECT pg_reload_conf()")
        self.standby = (folder, address.splitlines()[-1])

    def fail_over(self):
        """Ends the primary for good, and makes the standby the primary."""
        self.wait()
        run(["Scripts/postgres", "stop", self.folder], 60)
        self.folder, self.address = self.standby
        self.standby = None
        code, output = run(["Scripts/postgres", "promote", self.folder], 60)
        if code != 0:
            raise Wrong(f"the standby doesn't become the primary: {output}")

    def stop(self):
        if self.restarting is not None:
            self.restarting.wait()
        for folder in [self.folder] + ([self.standby[0]] if self.standby else []):
            run(["Scripts/postgres", "stop", folder], 60)


class Proxy:
    """Cuts connections between a COMMIT and its answer: see proxy.py."""

    def __init__(self, folder, port, seed, rate):
        self.counts_file = folder + "/cuts.json"
        program = os.path.join(os.path.dirname(__file__), "proxy.py")
        self.process = subprocess.Popen(
            [sys.executable, program, str(port), self.counts_file, str(seed), str(rate)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def go_away(self):
        self.process.send_signal(signal.SIGUSR1)

    def counts(self):
        try:
            with open(self.counts_file) as file:
                return json.load(file)
        except (FileNotFoundError, json.JSONDecodeError):
            return {}

    def stop(self):
        self.process.kill()
        self.process.wait()


class Pooler:
    """PgBouncer in transaction mode, with fewer connections than the servers want. It doesn't run as root."""

    def __init__(self, folder, port):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        file = folder + "/pgbouncer.ini"
        with open(file, "w") as config:
            config.write(
                f"[databases]\n* = host=127.0.0.1 port={port} user=faregate\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
                f"listen_port = {self.port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n"
                "default_pool_size = 8\nserver_login_retry = 1\nquery_wait_timeout = 20\nlog_connections = 0\n"
                "log_disconnections = 0\n")
        as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        self.process = subprocess.Popen(
            as_user + ["pgbouncer", file], stdin=subprocess.DEVNULL,
            stdout=open(folder + "/pgbouncer.log", "w"), stderr=subprocess.STDOUT, start_new_session=True)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise Wrong(f"PgBouncer doesn't start: {folder}/pgbouncer.log")

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


class Worker:
    """A server with many callers, to be killed at any moment."""

    def __init__(self, program, address, log, seed, callers, clock):
        self.log, self.position, self.charged = log, 0, 0
        self.errors = log + ".errors"
        self.process = subprocess.Popen(
            [program, "load", address, log, str(seed), str(callers)], stdin=subprocess.DEVNULL,
            stdout=open(self.errors, "w"), stderr=subprocess.STDOUT,
            env={**os.environ, "FAREGATE_CLOCK": clock})
        self.progress_at = time.monotonic()

    def read(self):
        """Counts the charges in the new lines of the log. A worker must not end by itself, nor get stuck."""
        if self.process.poll() is not None:
            with open(self.errors) as file:
                raise Wrong(f"a server ended with {self.process.returncode}: {file.read()[-2000:]}")
        count = 0
        if os.path.exists(self.log):
            with open(self.log, "rb") as file:
                file.seek(self.position)
                new = file.read()
            self.position += len(new)
            count = new.count(b"charged ")
        if count > 0:
            self.progress_at = time.monotonic()
        elif time.monotonic() - self.progress_at > 45:
            raise Wrong(f"a server charged nothing for 45 seconds: {self.log}")
        self.charged += count
        return count

    def kill(self):
        self.process.kill()
        self.process.wait()
