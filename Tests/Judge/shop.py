"""The example server in the sandbox, as its customers and the providers see it."""

import json
import urllib.error
import urllib.parse
import urllib.request


class Shop:
    """The example server in the sandbox, and one of its customers."""

    def __init__(self, address, key, secret):
        self.address, self.key, self.secret = address, key, secret
        session = self.call("POST", "/api/session", {"user": "judge"})
        self.headers = {"Authorization": f"Bearer {session['token']}"}

    def call(self, method, path, body=None):
        return json.loads(self.send(method, path, json.dumps(body).encode() if body is not None else None))

    def send(self, method, path, body=None, headers=None):
        headers = {"Content-Type": "application/json", **getattr(self, "headers", {}), **(headers or {})}
        request = urllib.request.Request(self.address + path, data=body, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def status(self, path, body, headers):
        try:
            self.send("POST", path, body, headers)
            return 200
        except urllib.error.HTTPError as error:
            return error.code

    def checkout(self, provider, pack="50", quantity=2):
        return self.call("POST", "/api/billing/checkout", {"pack": pack, "quantity": quantity, "provider": provider})

    def act(self, provider, checkout, act, object_="", amount=""):
        form = urllib.parse.urlencode({"act": act, "object": object_, "amount": amount}).encode()
        path = f"/sandbox/{provider}/acts/{checkout}"
        self.send("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})

    def remaining(self):
        return self.call("GET", "/api/credits")["remaining"]

    def purchase(self, id_):
        return self.call("GET", f"/api/billing/purchases/{id_}")
