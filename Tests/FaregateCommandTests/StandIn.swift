import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A payment provider on this machine that answers each path with the same JSON, and all others with 404.
final class StandIn: Sendable {
    let port: UInt16
    private let listener: Int32

    var baseURL: String { "http://127.0.0.1:\(port)" }

    init(_ answers: [String: String]) throws {
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
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        let thread = Thread {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                StandIn.serve(connection, answers)
                close(connection)
            }
            close(listener)
        }
        thread.start()
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// A `GET` has a head and no body.
    private static func serve(_ connection: Int32, _ answers: [String: String]) {
        var request = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !request.contains("\r\n\r\n") {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            request += String(decoding: buffer[..<count], as: UTF8.self)
        }
        let path = request.split(separator: " ").dropFirst().first?.split(separator: "?").first.map(String.init) ?? ""
        let (status, body) = answers[path].map { ("200 OK", $0) } ?? ("404 Not Found", "{}")
        let head = "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
        var rest = Array((head + body).utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
