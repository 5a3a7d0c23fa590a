#if Postgres
import Faregate
import Foundation
import TestSupport
import Testing

/// A proxy before PostgreSQL that breaks one connection at its COMMIT, and then lets nobody connect.
final class LossyProxy: Sendable {
    enum Loss {
        /// PostgreSQL commits, and its answer is lost.
        case answer
        /// The COMMIT is lost.
        case commit
    }

    private struct State {
        var next: Loss?
        var isAway = false
    }

    private let state = Mutex(State())
    private let listener: Int32
    private let target: UInt16

    /// - Parameter address: of a server on the loopback.
    static func with(_ address: String, _ body: (LossyProxy, String) async throws -> Void) async throws {
        var parts = try #require(URLComponents(string: address))
        let proxy = try LossyProxy(target: UInt16(try #require(parts.port)))
        defer { proxy.close() }
        parts.port = Int(try proxy.port)
        parts.queryItems = (parts.queryItems ?? []) + [URLQueryItem(name: "sslmode", value: "disable")]
        try await body(proxy, try #require(parts.string))
    }

    private init(target: UInt16) throws {
        self.target = target
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        guard Self.withLoopback(port: 0, { bind(listener, $0, $1) }) == 0, listen(listener, 64) == 0 else {
            throw TestFailure("the proxy can't listen")
        }
        Thread.detachNewThread { [self] in
            while case let client = accept(listener, nil, nil), client >= 0 { relay(client) }
        }
    }

    private var port: UInt16 {
        get throws {
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let code = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
            }
            guard code == 0 else { throw TestFailure("the proxy has no port") }
            return UInt16(bigEndian: address.sin_port)
        }
    }

    private static func withLoopback(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    private func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Breaks the connection of the next COMMIT in this way, and lets nobody connect until ``comeBack()``.
    func loseNext(_ loss: Loss) { state.withLock { $0.next = loss } }

    func comeBack() { state.withLock { $0.isAway = false } }

    private func relay(_ client: Int32) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let isThere = !state.withLock(\.isAway) && Self.withLoopback(port: target) { connect(server, $0, $1) } == 0
        guard isThere else { return end(client, server) }
        let isLost = Mutex(false)
        Thread.detachNewThread { [self] in
            while let bytes = receive(client) {
                if bytes.starts(with: [UInt8(ascii: "Q")]), bytes.suffix(7).elementsEqual(Array("COMMIT\0".utf8)) {
                    switch startToLose() {
                    case .commit: return end(client, server)
                    case .answer: isLost.withLock { $0 = true }
                    case nil: break
                    }
                }
                transmit(bytes, to: server)
            }
            end(client, server)
        }
        Thread.detachNewThread { [self] in
            while let bytes = receive(server), !isLost.withLock({ $0 }) { transmit(bytes, to: client) }
            end(client, server)
        }
    }

    private func startToLose() -> Loss? {
        state.withLock { state in
            guard let loss = state.next else { return nil }
            (state.next, state.isAway) = (nil, true)
            return loss
        }
    }

    private func receive(_ descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    private func transmit(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Ends both sides; the descriptors stay, because another thread may still use them.
    private func end(_ client: Int32, _ server: Int32) {
        shutdown(client, Int32(SHUT_RDWR))
        shutdown(server, Int32(SHUT_RDWR))
    }
}
#endif
