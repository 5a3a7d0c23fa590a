import Faregate
import Foundation

/// The key that session tokens are signed with.
enum SessionKey {
    static let byteCount = 32

    /// Reads the key from a file that only its owner can read. If the file is missing, makes it with 32 random bytes,
    /// only once even if many servers start at the same time.
    ///
    /// - Parameter onTightened: called if others could read the file until now.
    /// - Throws: ``InvalidInput`` if the file can't be made, has no valid key, or can't be protected from other users.
    static func stored(at path: String, onTightened: () -> Void = {}) throws -> [UInt8] {
        if try !exists(at: path) { try make(at: path) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw problem(path, "can't be read: \(String(cString: strerror(errno)))") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        if try tighten(descriptor, path) { onTightened() }
        guard let key = try file.read(upToCount: byteCount + 1), key.count == byteCount else {
            throw problem(
                path, "doesn't have \(byteCount) bytes; delete the file, after which everybody has to sign in again")
        }
        return Array(key)
    }

    static func random() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private static func make(at path: String) throws {
        do {
            try PrivateFile.write(Data(random()), to: path, .keepingFirst)
        } catch {
            let words = (error as? POSIXError).map { String(cString: strerror($0.code.rawValue)) }
            throw problem(path, "can't be written: \(words ?? "\(error)")")
        }
    }

    private static func exists(at path: String) throws -> Bool {
        if access(path, F_OK) == 0 { return true }
        guard errno == ENOENT else { throw problem(path, "can't be checked: \(String(cString: strerror(errno)))") }
        return false
    }

    /// - Returns: whether the permissions had to be changed.
    private static func tighten(_ descriptor: Int32, _ path: String) throws -> Bool {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        let attributes = try FileManager.default.attributesOfItem(atPath: target)
        guard let mode = attributes[.posixPermissions] as? Int, mode & 0o077 != 0 else { return false }
        guard fchmod(descriptor, 0o600) == 0 else {
            let reason = String(cString: strerror(errno))
            throw problem(path, "can be read by other users, and its permissions can't be changed: \(reason)")
        }
        return true
    }

    private static func problem(_ path: String, _ words: String) -> InvalidInput {
        InvalidInput("the session key \(path) \(words)")
    }
}
