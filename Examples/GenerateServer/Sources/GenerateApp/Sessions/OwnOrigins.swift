import Hummingbird

/// The origins at which browsers find this server, to tell its own pages from those of other sites.
struct OwnOrigins {
    /// What the settings say: `http://127.0.0.1:8080`.
    let usual: String
    /// What a server on loopback goes by; nil elsewhere, where it may have any name.
    private let loopbackNames: [String]?

    init(_ settings: Settings) {
        usual = settings.origin
        // Browsers leave out the port where it is HTTP's.
        let port = settings.port == 80 ? "" : ":\(settings.port)"
        let names = ["localhost", "127.0.0.1", "[::1]"].map { $0 + port }
        loopbackNames = Settings.isLoopback(settings.host) ? names : nil
    }

    /// The origin of the page that sends a request, when that page is this server's own; else nil.
    ///
    /// That it is the origin which the request is addressed to says little on loopback: any site can let its own name
    /// stand for 127.0.0.1 (DNS rebinding), and its pages then call this server by that name.
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
