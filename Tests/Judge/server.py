"""Starts the example server in the sandbox, and ends it."""

import os
import socket
import subprocess
import tempfile
import time

from table import Difference

KEY = "sk_test_judge"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Server:
    def __init__(self, program, policies):
        self.folder = tempfile.TemporaryDirectory(prefix="faregate-judge-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        # Nothing of who runs this: no provider's key must get in here.
        environment = {
            "PATH": os.environ["PATH"], "PORT": str(self.port), "FAREGATE_POLICIES": policies,
            "FAREGATE_DATABASE": f"{self.folder.name}/judge.faregate",
            "SANDBOX_KEY": KEY, "SANDBOX_WEBHOOK_SECRET": SECRET,
        }
        self.log = open(f"{self.folder.name}/log", "w+b")
        self.process = subprocess.Popen([program], env=environment, stderr=self.log)

    def __enter__(self):
        for _ in range(600):
            if self.process.poll() is not None:
                self.log.seek(0)
                raise Difference(f"the example server ended: {self.log.read()[-2000:].decode()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise Difference("the example server doesn't listen after a minute")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        self.folder.cleanup()
