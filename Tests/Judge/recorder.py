"""Servers on loopback: one that hands requests on and remembers them, and one that has PaymentsJudge answer."""

import base64
import http.server
import threading
import urllib.error
import urllib.request


class Listener:
    """Listens on loopback; whoever inherits it says what to reply."""

    def __init__(self):
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, answer = listener.reply(self.command, self.path, dict(self.headers.items()), body)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Recorder(Listener):
    """Hands every request on, and keeps it."""

    def __init__(self, target):
        self.requests, self.target = [], target
        super().__init__()

    def reply(self, method, path, headers, body):
        self.requests.append((method, path, headers, body))
        names = ("Authorization", "Content-Type", "Idempotency-Key", "Stripe-Version")
        sent = {name: headers[name] for name in names if headers.get(name)}
        request = urllib.request.Request(self.target + path, data=body or None, method=method, headers=sent)
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def posted(self):
        """The last POST, and what was recorded before is forgotten."""
        posts = [request for request in self.requests if request[0] == "POST"]
        self.requests.clear()
        return posts[-1]


class Counter(Listener):
    """A shop of PaymentsJudge's, and the sandbox at which it sells: packs of 100, with a tax of 20 percent on top."""

    KEY = "sk_test_counter"

    def __init__(self, faregate, provider, at, **price):
        self.faregate, self.provider = faregate, provider
        self.ask("counter", at=at, **price)
        super().__init__()

    def ask(self, deed, **fields):
        return self.faregate.ask(deed, self.provider, **fields)

    def reply(self, method, path, headers, body):
        path, _, query = path.partition("?")
        reply = self.ask("answer", method=method, path=path, query=query, headers=headers, body=body)["reply"]
        return reply["status"], base64.b64decode(reply["body"])

    def sell(self):
        """Faregate's client opens a checkout."""
        sold = self.ask("sell")["outcome"]
        return sold["checkout"], sold["purchase"]

    def act(self, checkout, act, object_="", amount=None):
        self.ask("act", checkout=checkout, act=act, object=object_, amount=amount)

    def add_foreign(self, kind, typed=""):
        return self.ask("foreign", foreign=kind, typed=typed)["outcome"]["checkout"]

    def deliver(self):
        """- Returns: the credits that the account has of its purchases, what waits for somebody, and what is not ours."""
        outcome = self.ask("deliver")["outcome"]
        return outcome["credits"], outcome["unsettled"], outcome["notOurs"]
