import Foundation

/// Returns a port on which nobody listens.
func freePort() throws -> Int {
    let (descriptor, _) = try loopbackSocket(port: 0) { bind($0, $1, $2) }
    defer { close(descriptor) }
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard result == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
    return Int(UInt16(bigEndian: address.sin_port))
}

/// Waits until somebody accepts connections on the port. Gives up after a minute, which no machine needs.
func waitForListener(port: Int) async throws {
    for _ in 0..<6000 {
        let (descriptor, result) = try loopbackSocket(port: port) { connect($0, $1, $2) }
        close(descriptor)
        if result == 0 { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw POSIXError(.ETIMEDOUT)
}

private func loopbackSocket(
    port: Int,
    _ operation: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
) throws -> (descriptor: Int32, result: Int32) {
    let descriptor = try tcpSocket()
    return (descriptor, onLoopback(port: port) { operation(descriptor, $0, $1) })
}

func tcpSocket() throws -> Int32 {
    #if canImport(Darwin)
    let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
    return descriptor
}

/// Calls a system function with the address of a port on this machine.
func onLoopback(port: Int, _ operation: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { operation($0, length) }
    }
}
