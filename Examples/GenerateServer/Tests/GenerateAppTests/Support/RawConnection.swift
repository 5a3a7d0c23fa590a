import Foundation

/// A connection over which a test sends any bytes, complete requests or not.
struct RawConnection: Sendable {
    private let descriptor: Int32

    /// Connects on a thread that may block, which it does if many connect at once.
    ///
    /// - Parameter receiveBytes: the size of the receive buffer.
    static func open(port: Int, receiveBytes: Int32? = nil) async throws -> RawConnection {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try RawConnection(port: port, receiveBytes: receiveBytes) })
            }
        }
    }

    private init(port: Int, receiveBytes: Int32?) throws {
        descriptor = try tcpSocket()
        if var receiveBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, socklen_t(MemoryLayout<Int32>.size))
        }
        guard onLoopback(port: port, { connect(descriptor, $0, $1) }) == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard Foundation.send(descriptor, bytes, bytes.count, noSignal) == bytes.count else { throw POSIXError(.EPIPE) }
    }

    /// Closes the sending side.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads the bytes that have arrived.
    ///
    /// - Returns: whether more can come.
    private func receive(into text: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 { text += buffer[..<count] } else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        }
    }

    /// Reads until `isEnough`, or until the other end closes. Gives up after a minute, which no machine needs.
    ///
    /// - Parameter trickling: bytes to send again and again meanwhile, as long as the server takes them.
    func read(trickling: String? = nil, until isEnough: ([UInt8]) -> Bool = { _ in false }) async throws -> String {
        var received: [UInt8] = []
        for _ in 0..<12_000 {
            let isOpen = receive(into: &received)
            if !isOpen || isEnough(received) { return String(decoding: received, as: UTF8.self) }
            if let trickling { try? send(trickling) }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw POSIXError(.ETIMEDOUT)
    }

    /// Closes the connection.
    ///
    /// - Parameter abruptly: with a reset, as after a crash of the client's machine.
    func close(abruptly: Bool = false) {
        if abruptly {
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        }
        Foundation.close(descriptor)
    }
}

extension RawConnection {
    /// Sends one request on a connection of its own and returns the whole answer.
    static func exchange(_ request: RawRequest, port: Int) async throws -> String {
        let connection = try await open(port: port)
        defer { connection.close() }
        try connection.send(request.text)
        return try await connection.read()
    }
}

struct RawRequest {
    var method = "POST"
    var path: String
    var headers: [String] = []
    var body = ""
    /// The Content-Length to send; nil for the body's length.
    var length: Int?

    var text: String {
        let lines =
            ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Content-Length: \(length ?? body.utf8.count)"]
            + ["Content-Type: application/json", "Connection: close"] + headers
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }
}

#if canImport(Darwin)
private let noSignal: Int32 = 0
#else
private let noSignal = Int32(MSG_NOSIGNAL)
#endif
