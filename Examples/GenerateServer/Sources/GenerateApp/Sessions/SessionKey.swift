import Faregate
import Foundation

/// The key that session tokens are signed with.
enum SessionKey {
    static let byteCount = 32

    /// The key in that file, which only its owner may read. Made when it isn't there: 32 random bytes.
    static func stored(at path: String) throws -> [UInt8] {
        if let key = FileManager.default.contents(atPath: path), key.count == byteCount { return Array(key) }
        let key = random()
        // Created with its permissions, not given them afterwards: there is no moment in which others can read it.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else {
            throw InvalidInput("can't write the session key to \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        guard write(descriptor, key, key.count) == key.count else {
            throw InvalidInput("can't write the session key to \(path): \(String(cString: strerror(errno)))")
        }
        return key
    }

    static func random() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
