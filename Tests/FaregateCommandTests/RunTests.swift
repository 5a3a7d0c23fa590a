import Foundation
import Testing

@Suite struct RunTests {
    @Test("A command that succeeds is charged, and only its own output is printed")
    func succeeds() throws {
        try Tool.inFolder { faregate in
            let answer = try faregate(
                "run",
                "generate",
                "--account",
                "ana",
                "--",
                "sh",
                "-c",
                "echo drawn; echo oh >&2"
            )
            #expect(answer.status == 0)
            #expect(answer.output == "drawn\n")
            #expect(answer.error == "oh\n")
            #expect(try faregate("balance", "ana", "--json").json()["used"] as? Int == 10)
        }
    }

    @Test("A command without -- before it is not run, and the error says what is missing")
    func dashes() throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("run", "generate", "--account", "ana", "echo", "drawn")
            #expect(answer.status == 2 && answer.output == "")
            #expect(answer.error.hasPrefix("faregate run: write -- before the command to run: -- echo …\n"))
        }
    }

    @Test("Units set the price of the command")
    func units() throws {
        let policy = """
            {
              "actions": { "chat": { "cost": { "base": 1, "units": { "tokens": "1/10" } }, "hold": { "tokens": 10 } } },
              "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } }, "defaultPlan": "free",
            }
            """
        try Tool.inFolder(policy: policy) { faregate in
            #expect(try faregate("run", "chat", "--account", "ana", "--units", "tokens=30", "--", "true").status == 0)
            #expect(try faregate("balance", "ana", "--json").json()["used"] as? Int == 4)
            let misspelled = try faregate("run", "chat", "--account", "ana", "--units", "token=30", "--", "true")
            #expect(misspelled.status != 0 && misspelled.error.contains("did you mean \"tokens\"?"))
        }
    }

    @Test("A rule sets the price of the command")
    func rulePrice() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("run", "generate", "--account", "ana", "--attribute", "size=large", "--", "true")
            #expect(try faregate("balance", "ana", "--json").json()["used"] as? Int == 25)
        }
    }

    @Test(
        "A command that fails costs nothing, and its exit code is passed on",
        arguments: [("exit 7", 7), ("kill -9 $$", 137), ("exit 1", 1)])
    func fails(script: String, status: Int32) throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("run", "generate", "--account", "ana", "--", "sh", "-c", script)
            #expect(answer.status == status)
            #expect(try faregate("balance", "ana", "--json").json()["remaining"] as? Int == 50)
        }
    }

    @Test("A command that can't be started costs nothing")
    func notStarted() throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("run", "generate", "--account", "ana", "--", "no-such-command")
            #expect(answer.status == 127)
            #expect(try faregate("balance", "ana", "--json").json()["remaining"] as? Int == 50)
        }
    }

    @Test("A command past its timeout is stopped and costs nothing")
    func timedOut() throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("run", "slow", "--account", "ana", "--", "sleep", "60")
            #expect(answer.status == 124)
            #expect(answer.error.contains("took longer than 100ms"))
            #expect(try faregate("balance", "ana", "--json").json()["remaining"] as? Int == 50)
        }
    }

    @Test("A refused command is not run, and the problem is shown")
    func refused() throws {
        try Tool.inFolder { faregate in
            for _ in 0..<5 { _ = try faregate("run", "generate", "--account", "ana", "--", "true") }
            let refused = try faregate("run", "generate", "--account", "ana", "--", "touch", "it-ran")
            #expect(refused.status == 1)
            #expect(
                refused.error == "faregate run: refused (402 Not enough credits): you need 10 credits, you have 0\n"
            )
            #expect(!FileManager.default.fileExists(atPath: faregate.folder.path + "/it-ran"))

            let json = try faregate("run", "generate", "--account", "ana", "--json", "--", "true")
            let problem = try JSONSerialization.jsonObject(with: Data(json.error.utf8)) as? [String: Any]
            #expect(problem?["status"] as? Int == 402)
            #expect(problem?["shortfall"] as? Int == 10)
        }
    }

    @Test("A command with the same key never runs twice")
    func sameKey() throws {
        try Tool.inFolder { faregate in
            for _ in 0..<2 {
                _ = try faregate(
                    "run",
                    "generate",
                    "--account",
                    "ana",
                    "--key",
                    "k",
                    "--",
                    "sh",
                    "-c",
                    "echo x >> runs"
                )
            }
            let runs = try String(contentsOf: faregate.folder.appendingPathComponent("runs"), encoding: .utf8)
            #expect(runs == "x\n")
            #expect(try faregate("balance", "ana", "--json").json()["used"] as? Int == 10)
        }
    }
}
