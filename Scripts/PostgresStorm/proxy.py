"""A proxy before PostgreSQL that cuts connections between a COMMIT and its answer, at random.

    proxy.py PORT COUNTS-FILE SEED RATE

After SIGUSR1 it loses the answers to the next six COMMITs, and lets nobody connect for seven seconds.

It relays to that port of 127.0.0.1, prints the port on which it listens itself, cuts one in RATE commits, and writes how
often it cut to the file. It understands as much of the protocol as it needs:
https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import asyncio
import json
import random
import signal
import struct
import sys
import time

ENCRYPTION_REQUESTS = (80877103, 80877104)  # SSLRequest and GSSENCRequest
COMMIT = b"COMMIT\0"
# Parts of the statement with which a server asks if a commit was made.
QUESTION = (b"INTO batches", b"ON CONFLICT")
ANSWER_SECONDS = 10
LOST_BEFORE_AWAY = 6
# Longer than a server asks whether its commit was made, and shorter than it tries to write.
AWAY_SECONDS = 7.5
# What happens to a COMMIT:
#   dropped  it never reaches the server, which rolls back
#   early    the client is cut as soon as the server has it
#   late     the client is cut once the server has answered
#   partial  the client gets half of the answer
#   held     the client is cut, and the server gets the COMMIT a while later, when the client already asks about it
#   question late, but for a statement with which a server asks if an earlier commit was made
KINDS = ("dropped", "early", "late", "partial", "held")


class Session:
    """One connection: the client's side and the server's."""

    def __init__(self, proxy, reader, writer):
        self.proxy, self.reader, self.writer = proxy, reader, writer
        self.swallowed = None  # once it is a bytearray, the server's answers go there
        self.answered = asyncio.Event()
        self.asks = False  # whether the client asks if an earlier commit was made

    async def run(self):
        startup = await self.read_startup()
        self.server_reader, self.server_writer = await asyncio.open_connection("127.0.0.1", self.proxy.target)
        self.server_writer.write(startup)
        relay = asyncio.create_task(self.relay_answers())
        try:
            while await self.relay_message():
                pass
        finally:
            self.writer.transport.abort()
            self.server_writer.close()
            relay.cancel()

    async def read_startup(self):
        """The first message, which has no type. Encryption is refused, so that the next one can be read."""
        while True:
            head = await self.reader.readexactly(8)
            length, code = struct.unpack("!II", head)
            body = await self.reader.readexactly(length - 8)
            if code not in ENCRYPTION_REQUESTS:
                return head + body
            self.writer.write(b"N")

    async def relay_message(self):
        """Relays one message to the server; false once the connection was cut."""
        head = await self.reader.readexactly(5)
        body = await self.reader.readexactly(struct.unpack("!I", head[1:])[0] - 4)
        message = head + body
        self.asks = self.asks or head[:1] == b"P" and all(part in body for part in QUESTION)
        kind = self.kind_of_cut(head[:1], body)
        if kind is not None:
            await self.cut(message, kind)
            return False
        self.server_writer.write(message)
        await self.server_writer.drain()
        return True

    def kind_of_cut(self, type, body):
        """How to cut at this message; None for not at all. The answers to questions are lost more often."""
        if self.asks and type in b"SQ" and self.proxy.random.random() < (0.5 if type == b"Q" else 0.1):
            return "question"
        return self.proxy.kind_of_cut() if type == b"Q" and body == COMMIT else None

    async def cut(self, message, kind):
        self.proxy.count(kind)
        self.swallowed = bytearray()
        if kind in ("dropped", "held"):
            self.writer.transport.abort()
        if kind == "dropped":
            return
        if kind == "held":
            await asyncio.sleep(self.proxy.random.uniform(0.01, 0.4))
        self.server_writer.write(message)
        await self.server_writer.drain()
        if kind == "early":
            self.writer.transport.abort()
        await asyncio.wait_for(self.answered.wait(), ANSWER_SECONDS)
        if kind == "partial":
            self.writer.write(bytes(self.swallowed[: len(self.swallowed) // 2]))
            await self.writer.drain()

    async def relay_answers(self):
        """Relays what the server says. When the server goes, the client's connection ends too."""
        try:
            while data := await self.server_reader.read(65536):
                if self.swallowed is None:
                    self.writer.write(data)
                else:
                    self.swallowed += data
                    self.answered.set()
        except OSError:
            pass
        finally:
            self.answered.set()
            self.writer.transport.abort()


class Proxy:
    def __init__(self, target, counts_file, seed, rate):
        self.target, self.counts_file, self.rate = target, counts_file, rate
        self.random = random.Random(seed)
        self.counts = dict.fromkeys((*KINDS, "question"), 0)
        self.away_until = 0
        self.to_lose = 0

    def go_away(self):
        self.to_lose = LOST_BEFORE_AWAY

    def kind_of_cut(self):
        """How to cut at a COMMIT; None for not at all."""
        if self.to_lose > 0:
            self.to_lose -= 1
            self.away_until = time.monotonic() + AWAY_SECONDS
            return "late"
        return self.random.choice(KINDS) if self.random.random() * self.rate < 1 else None

    def count(self, kind):
        self.counts[kind] += 1
        with open(self.counts_file, "w") as file:
            json.dump(self.counts, file)

    async def accept(self, reader, writer):
        if time.monotonic() < self.away_until:
            writer.transport.abort()
            return
        try:
            await Session(self, reader, writer).run()
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            writer.transport.abort()

    async def run(self):
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self.go_away)
        server = await asyncio.start_server(self.accept, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    target, counts_file, seed, rate = sys.argv[1:]
    asyncio.run(Proxy(int(target), counts_file, int(seed), float(rate)).run())
