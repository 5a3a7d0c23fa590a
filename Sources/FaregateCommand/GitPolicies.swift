import Faregate
import Foundation

/// The policy files of a commit.
struct GitPolicies {
    /// The path of the file or folder in the working copy.
    let path: String
    let revision: String

    /// Copies the files of the commit into a temporary folder, and loads them from there.
    func load(_ environment: [String: String]) throws -> Policy {
        // Git would read a word that begins with a hyphen as an option.
        guard !revision.isEmpty, !revision.hasPrefix("-") else {
            throw Failure.misuse("write git: and a commit, such as git:HEAD, not \"git:\(revision)\"")
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "faregate-diff-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let listed = try git("ls-tree", "-z", "--name-only", revision, "--", inside)
        let names = String(decoding: listed, as: UTF8.self).split(separator: "\0").map(String.init)
        guard !names.isEmpty else { throw Failure.refused("the commit \(revision) has no \(path)") }
        for name in names where name.ends(with: ".jsonc") || name.ends(with: ".json") {
            let content = try git("show", "\(revision):./\(name)")
            try content.write(to: folder.appending(path: name.lastPathPart))
        }
        return try Policy.Files(path: folder.path, environment: environment).load().policy
    }

    private var isFolder: Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The folder in which git runs: that of the path, so that it finds the repository.
    private var workingFolder: String {
        let parent = (path as NSString).deletingLastPathComponent
        return isFolder ? path : parent.isEmpty ? "." : parent
    }

    /// The path as git sees it from there: everything in a folder, or the one file.
    private var inside: String { isFolder ? "." : (path as NSString).lastPathComponent }

    private func git(_ words: String...) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git", "-C", workingFolder] + words
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        let message = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = String(decoding: message, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            throw Failure.refused("git can't read \(path) of \(revision): \(text)")
        }
        return data
    }
}
