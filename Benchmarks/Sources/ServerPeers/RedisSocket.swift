import Foundation

/// As much of the Redis protocol as this needs: commands out, one reply in.
/// [RESP](https://redis.io/docs/latest/develop/reference/protocol-spec/)
final class RedisSocket {
    enum Reply: Equatable {
        case text(String)
        case integer(Int)
    }

    let descriptor: Int32
    private var received: [UInt8] = []
    private var chunk = [UInt8](repeating: 0, count: 4096)

    init(path: String) {
        descriptor = openUnixSocket(path: path)
    }

    deinit { close(descriptor) }

    /// Sends the command and waits for its reply.
    func ask(_ words: String...) -> Reply {
        send(RedisSocket.command(words))
        while true { if let reply = receive() { return reply } }
    }

    func send(_ command: [UInt8]) {
        var sent = 0
        while sent < command.count {
            let count = command[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { fatalError("Redis: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    /// - Returns: nil while the reply is not all there.
    func receive() -> Reply? {
        let count = read(descriptor, &chunk, chunk.count)
        guard count > 0 else { fatalError("Redis: the connection ended") }
        received += chunk[..<count]
        guard let reply = parse() else { return nil }
        received.removeAll(keepingCapacity: true)
        return reply
    }

    static func command(_ words: [String]) -> [UInt8] {
        var bytes = Array("*\(words.count)\r\n".utf8)
        for word in words { bytes += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
        return bytes
    }

    private func parse() -> Reply? {
        guard let end = received.firstIndex(of: UInt8(ascii: "\r")), received.count >= end + 2 else { return nil }
        let head = String(decoding: received[1..<end], as: UTF8.self)
        switch received[0] {
        case UInt8(ascii: ":"): return .integer(Int(head) ?? 0)
        case UInt8(ascii: "+"): return .text(head)
        case UInt8(ascii: "$"):
            let length = Int(head) ?? 0
            guard length >= 0 else { return .text("") }
            guard received.count >= end + 2 + length + 2 else { return nil }
            return .text(String(decoding: received[(end + 2)..<(end + 2 + length)], as: UTF8.self))
        default: fatalError("Redis: \(String(decoding: received, as: UTF8.self))")
        }
    }
}

private func openUnixSocket(path: String) -> Int32 {
    #if canImport(Glibc)
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    #else
    let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { room in
        precondition(path.utf8.count < room.count, "\(path) is too long for a socket")
        room.copyBytes(from: path.utf8)
    }
    let result = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    guard result == 0 else { fatalError("Redis at \(path): \(String(cString: strerror(errno)))") }
    return descriptor
}
