import Faregate
import Hummingbird

/// The pages that people see, and what they load.
struct PageRoutes {
    let gate: Gate
    let gallery: Gallery
    let isDemoLoginAllowed: Bool
    let isSandbox: Bool

    func add(to router: some RouterMethods<AppContext>) {
        router.get("/", use: generate)
        router.get("/billing", use: billing)
        router.get("/history", use: history)
        router.get("/assets/app.css") { _, _ in Response.asset(Stylesheet.text, "text/css; charset=utf-8") }
        router.get("/assets/app.js") { _, _ in Response.asset(Script.text, "text/javascript; charset=utf-8") }
        router.get("/assets/icon.svg") { _, _ in Response.asset(Icon.svg, "image/svg+xml") }
        router.get("/favicon.ico") { _, _ in Response.redirect(to: "/assets/icon.svg", type: .permanent) }
    }

    @Sendable private func generate(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let account = context.account else {
            return .page(SignInPage(isDemoLoginAllowed: isDemoLoginAllowed).html)
        }
        let page = GeneratePage(
            visitor: try await visitor(account),
            prices: try Prices(gate.policy),
            pictures: await gallery.pictures(of: account)
        )
        return .page(page.html)
    }

    @Sendable private func billing(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let account = context.account else { return .redirect(to: "/") }
        let policy = gate.policy
        let page = BillingPage(
            visitor: try await visitor(account),
            packs: policy.packs.values.filter { $0.products["stripe"] != nil }.sorted { $0.credits < $1.credits },
            arrival: try await arrival(request, account),
            isSandbox: isSandbox
        )
        return .page(page.html)
    }

    @Sendable private func history(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let account = context.account else { return .redirect(to: "/") }
        let place = try HistoryPlace(request, count: 20)
        let page = HistoryTablePage(
            visitor: try await visitor(account),
            page: try await gate.history(of: account, at: place),
            policy: gate.policy,
            isFirst: place.cursor == nil
        )
        return .page(page.html)
    }

    private func visitor(_ account: AccountID) async throws -> Layout.Visitor {
        let balance = try await gate.balance(of: account)
        return Layout.Visitor(account: account, balance: balance, isLow: balance.isLow(under: gate.policy))
    }

    /// The address only decides which words are shown: credits come from the provider's webhook, never from here.
    private func arrival(_ request: Request, _ account: AccountID) async throws -> BillingPage.Arrival {
        let query = request.uri.queryParameters
        if query["cancelled"] != nil { return .cancelled }
        guard query["paid"] != nil else { return .plain }
        guard let before = query["after"].flatMap({ Int64($0) }) else { return .confirming }
        // Pictures may have been paid for since, so that the purchase need not be the latest entry.
        let purchase = try await gate.history(of: account, count: 50).entries.first {
            $0.id > before && $0.kind == .grant && $0.source == .purchase
        }
        return purchase.map { .paid($0.credits) } ?? .confirming
    }
}

extension Response {
    fileprivate static func asset(_ text: String, _ mediaType: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: mediaType, .cacheControl: "no-cache"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}

enum Icon {
    /// A gate that stands half open, on a ticket.
    static let svg = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/>\
        <path d="M8 8v16M24 8v16" stroke="#fff" stroke-width="3" stroke-linecap="round"/>\
        <path d="M8 13l8-3M24 19l-8 3" stroke="#fcd34d" stroke-width="3" stroke-linecap="round"/></svg>
        """
}
