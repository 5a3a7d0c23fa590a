import Faregate
import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A server on this machine that treats every connection the same way, whatever the request.
final class LoopbackServer: Sendable {
    enum Behaviour: Sendable {
        /// Sends the text and closes the connection.
        case answer(String)
        /// Sends the first text, then the second over and over until the client closes: no faster than a network,
        /// because Foundation on Linux would otherwise never cancel and read until the memory is full.
        case endless(String, String)
        /// Sends nothing until the client closes.
        case silence
    }

    let port: UInt16
    private let listener: Int32
    private let received = Mutex<[String]>([])

    var requests: [String] { received.withLock { $0 } }

    init(_ behaviour: Behaviour) throws {
        (listener, port) = try LoopbackServer.openListener()
        let thread = Thread { [self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                serve(connection, behaviour)
                close(connection)
            }
            close(listener)
        }
        thread.start()
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func openListener() throws -> (listener: Int32, port: UInt16) {
        #if canImport(Glibc)
        let stream = Int32(SOCK_STREAM.rawValue)
        #else
        let stream = SOCK_STREAM
        #endif
        let listener = socket(AF_INET, stream, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard isListening else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    private func serve(_ connection: Int32, _ behaviour: Behaviour) {
        receiveRequest(connection)
        switch behaviour {
        case .answer(let text):
            _ = deliver(text, to: connection)
        case .endless(let first, let rest):
            guard deliver(first, to: connection) else { return }
            while deliver(rest, to: connection) { usleep(1000) }
        case .silence:
            var byte: UInt8 = 0
            while recv(connection, &byte, 1, 0) > 0 {}
        }
    }

    /// The head, and as much of the body as a short form has.
    private func receiveRequest(_ connection: Int32) {
        var request = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !LoopbackServer.isWhole(request) {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            request += String(decoding: buffer[..<count], as: UTF8.self)
        }
        received.withLock { $0.append(request) }
    }

    private static func isWhole(_ request: String) -> Bool {
        guard let end = request.range(of: "\r\n\r\n") else { return false }
        let lengths = request.split(separator: "\r\n").filter { $0.lowercased().hasPrefix("content-length: ") }
        let length = lengths.first.flatMap { Int($0.dropFirst("content-length: ".count)) } ?? 0
        return request[end.upperBound...].utf8.count >= length
    }

    private func deliver(_ text: String, to connection: Int32) -> Bool {
        #if canImport(Glibc)
        let flags = Int32(MSG_NOSIGNAL)
        #else
        let flags: Int32 = 0
        #endif
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, flags) }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }
}
