import Foundation
import Testing

/// The errors for a user who may not write the ledger. Root may write everything, so root gives up its rights for the
/// call.
@Suite struct PermissionTests {
    @Test(
        "A ledger that can't be written is reported and left unchanged",
        .enabled(if: getuid() != 0 || FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")))
    func readOnly() throws {
        try Tool.inFolder { faregate in
            _ = try faregate("grant", "ana", "5")
            let file = faregate.folder.appendingPathComponent("test.faregate")
            let before = try Data(contentsOf: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: file.path)
            try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: faregate.folder.path)
            defer {
                try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: faregate.folder.path)
            }

            let answer = try faregate.runUnprivileged(["grant", "ana", "5"])
            #expect(answer.status == 3)
            #expect(answer.error.contains("test.faregate can't be written"))
            #expect(answer.error.contains("permissions"))
            #expect(try Data(contentsOf: file) == before)
        }
    }
}
