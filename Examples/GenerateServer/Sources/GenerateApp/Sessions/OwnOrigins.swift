import Hummingbird

/// The origins of this server, which distinguish its own pages from those of other sites.
struct OwnOrigins {
    /// The origin from the settings: `http://127.0.0.1:8080`.
    let usual: String
    /// The host names of a server on loopback; nil for other servers, which can have any name.
    private let loopbackNames: [String]?

    init(_ settings: Settings) {
        usual = settings.origin
        // Browsers leave out port 80.
        let port = settings.port == 80 ? "" : ":\(settings.port)"
        let names = ["localhost", "127.0.0.1", "[::1]"].map { $0 + port }
        loopbackNames = Settings.isLoopback(settings.host) ? names : nil
    }

    /// Returns the origin of the page that sends a request; nil if the page is not this server's own.
    ///
    /// On loopback it is not enough that the origin is the address of the request. Any site can resolve its own name to
    /// 127.0.0.1 (DNS rebinding), and its pages then call this server by that name.
    func origin(of request: Request) -> String? {
        guard let sender = request.headers[.origin] else { return nil }
        if sender == usual { return sender }
        guard
            let name = request.head.authority,
            sender == "http://\(name)" || sender == "https://\(name)",
            loopbackNames?.contains(name) ?? true
        else { return nil }
        return sender
    }
}
