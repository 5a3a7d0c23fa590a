public import Foundation

extension Policy {
    /// Reads the policy at a path once: one file, or a folder of files.
    ///
    /// ```swift
    /// let policy = try Policy(files: "policies")
    /// ```
    ///
    /// - Parameters:
    ///   - path: the file, or the folder.
    ///   - environment: the variables that `${NAME}` in the files refers to.
    /// - Throws: ``Policy/FileError`` with every mistake in every file, a missing or unreadable file included.
    public init(
        files path: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(Policy.FileError) {
        self = try Policy.Files(path: path, environment: environment).load().policy
    }
}
