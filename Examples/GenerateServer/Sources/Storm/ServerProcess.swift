import Foundation

/// A process of the example server that can be killed and started again on the same files and port.
actor ServerProcess {
    nonisolated let port: Int
    nonisolated let database: String
    private let program: String
    private let environment: [String: String]
    private var process: Process?
    private(set) var downtimeMilliseconds: Int64 = 0

    init(_ options: Options, folder: URL, port: Int, providersPort: Int) {
        self.port = port
        program = options.server
        database = folder.appending(path: "storm.faregate").path()
        let providers = "http://127.0.0.1:\(providersPort)"
        // The process doesn't inherit the environment, so that it never gets a real key.
        environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "PORT": "\(port)", "FAREGATE_DATABASE": database, "FAREGATE_POLICIES": options.policies,
            "STRIPE_SECRET_KEY": Providers.key, "STRIPE_WEBHOOK_SECRET": Providers.secret,
            "STRIPE_API_BASE": "\(providers)/stripe",
            "DODO_PAYMENTS_API_KEY": Providers.key, "DODO_PAYMENTS_WEBHOOK_KEY": Providers.secret,
            "DODO_PAYMENTS_ENVIRONMENT": "test_mode", "DODO_API_BASE": "\(providers)/dodo",
            "STRIPE_AUTOMATIC_TAX": "true", "STRIPE_TAX_IDS": "true", "STRIPE_PROMOTION_CODES": "true",
            "STRIPE_CUSTOMERS": "true", "STRIPE_INVOICES": "true",
            "DODO_PAYMENTS_DISCOUNT_CODES": "true", "DODO_PAYMENTS_CUSTOMERS": "true",
            "PRICE_ID_50": "price_50", "PRICE_ID_100": "price_100", "PRICE_ID_250": "price_250",
            "DODO_PRODUCT_50": "pdt_50", "DODO_PRODUCT_100": "pdt_100", "DODO_PRODUCT_250": "pdt_250",
        ]
    }

    /// Starts the process and returns when it accepts connections.
    func start() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        for _ in 0..<6000 {
            if takesConnections(port: port) { return }
            guard process.isRunning else {
                throw Failure("the server ended by itself with \(process.terminationStatus)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure("the server doesn't listen after a minute")
    }

    /// Kills the process at once with SIGKILL.
    func killAndRestart() async throws {
        let start = ContinuousClock.now
        if let process {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try await self.start()
        downtimeMilliseconds += Int64((ContinuousClock.now - start) / .milliseconds(1))
    }

    func stop() {
        guard let process else { return }
        process.terminate()
        process.waitUntilExit()
        self.process = nil
    }
}

func takesConnections(port: Int) -> Bool {
    guard let descriptor = loopbackSocket(port: port, { connect($0, $1, $2) }) else { return false }
    close(descriptor)
    return true
}

/// Returns a port on which nobody listens.
func freePort() throws -> Int {
    guard let descriptor = loopbackSocket(port: 0, { bind($0, $1, $2) }) else { throw Failure("there is no free port") }
    defer { close(descriptor) }
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return Int(UInt16(bigEndian: address.sin_port))
}

/// - Returns: nil if the operation fails.
private func loopbackSocket(
    port: Int,
    _ operation: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32? {
    #if canImport(Darwin)
    let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    guard descriptor >= 0 else { return nil }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            operation(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard result == 0 else {
        close(descriptor)
        return nil
    }
    return descriptor
}
