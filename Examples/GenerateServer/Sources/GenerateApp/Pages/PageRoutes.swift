import Faregate
import FaregatePayments
import Hummingbird

/// The routes of the pages and their assets.
struct PageRoutes {
    let gate: Gate
    let gallery: Gallery
    let setup: PaymentsSetup
    let ledger: Ledger
    let login: Settings.DemoLogin

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
            return .page(SignInPage(login: login).html)
        }
        let page = GeneratePage(
            visitor: try await visitor(account),
            prices: try await gate.prices(for: account),
            pictures: await gallery.pictures(of: account)
        )
        return .page(page.html)
    }

    @Sendable private func billing(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let account = context.account else { return .redirect(to: "/") }
        let sold = gate.policy.packs.values.filter { pack in setup.sellers.contains { pack.products[$0] != nil } }
        // Before the balance is read: confirming the purchase can add credits.
        let arrival = try await arrival(request, account)
        let page = BillingPage(
            visitor: try await visitor(account),
            balance: try await gate.balance(of: account),
            packs: sold.sorted { $0.credits < $1.credits },
            sellers: setup.sellers,
            purchases: try await ledger.purchases(of: account, count: 50),
            arrival: arrival,
            isSandbox: setup.sandboxes != nil
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
        Layout.Visitor(account: account, credits: try await gate.standing(of: account).credits)
    }

    /// Returns how the visitor came to the billing page. The address contains only the purchase's id. Its status comes
    /// from the ledger, or from the provider if the ledger has no payment yet.
    private func arrival(_ request: Request, _ account: AccountID) async throws -> BillingPage.Arrival {
        let query = request.uri.queryParameters
        if query["cancelled"] != nil { return .cancelled }
        guard let text = query["purchase"], let id = try? Purchase.ID(String(text)) else { return .plain }
        do {
            guard let record = try await setup.payments.confirm(id, of: account) else { return .plain }
            return .bought(record)
        } catch Payments.Failure.provider {
            return .confirming(id)
        }
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
    /// A half-open gate on a ticket.
    static let svg = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/>\
        <path d="M8 8v16M24 8v16" stroke="#fff" stroke-width="3" stroke-linecap="round"/>\
        <path d="M8 13l8-3M24 19l-8 3" stroke="#fcd34d" stroke-width="3" stroke-linecap="round"/></svg>
        """
}
