"""What the judges share: Faregate's program at the other side of the table, and how a difference is told."""

import base64
import json
import os
import subprocess
import sys


class Difference(Exception):
    """Faregate and a provider's SDK don't agree."""


def expect(holds, what):
    if not holds:
        raise Difference(what)


def same(ours, theirs, what):
    expect(ours == theirs, f"{what}\n    Faregate: {ours!r}\n    SDK:      {theirs!r}")


class Faregate:
    """Runs the program PaymentsJudge, which answers each line with a line."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, deed, provider, **fields):
        if "body" in fields:
            fields["body"] = base64.b64encode(fields["body"]).decode()
        line = json.dumps({"deed": deed, "provider": provider, **fields})
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        expect(answer, f"PaymentsJudge ended over {deed} for {provider}")
        answer = json.loads(answer)
        expect("failure" not in answer, f"PaymentsJudge, {deed} for {provider}: {answer.get('failure')}")
        return answer

    def sign(self, provider, secret, body, at, event="evt_1"):
        return self.ask("sign", provider, secrets=[secret], body=body, at=at, id=event)["headers"]

    def accepts(self, provider, secrets, body, at, headers):
        return self.ask("verify", provider, secrets=secrets, body=body, at=at, headers=headers)["verdict"] == "accepted"

    def story(self, provider, secret, at, old=False):
        webhooks = self.ask("story", provider, secrets=[secret], at=at, old=old)["webhooks"]
        return [(w["type"], w["headers"], base64.b64decode(w["body"])) for w in webhooks]

    def sales(self, provider, at):
        webhooks = self.ask("sales", provider, at=at)["webhooks"]
        return [(w["type"], w["headers"], base64.b64decode(w["body"])) for w in webhooks]

    def checkout(self, provider, address, key, rich=False):
        return self.ask("checkout", provider, address=address, key=key, rich=rich)["checkout"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def round_(title, judge, *arguments):
    """Runs one judge, and says what came of it."""
    count = judge(*arguments)
    print(f"  {title}: {count} times the same", flush=True)


def program(name):
    path = os.environ.get(name)
    if not path:
        sys.exit(f"{name} is not set; run Scripts/judge")
    return path
