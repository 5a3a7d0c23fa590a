import Faregate

/// The page of the account's history, latest entry first.
struct HistoryTablePage {
    let visitor: Layout.Visitor
    let page: History
    let policy: Policy
    let isFirst: Bool

    var html: HTML {
        Layout(title: "History", tab: .history, visitor: visitor).page(
            """
            <section aria-labelledby="history">
            <h1 id="history">History</h1>
            <p class="lead">Every credit that came in or went out. Nothing is ever changed here.</p>
            \(page.entries.isEmpty ? "<p class=\"empty\">Nothing has happened yet.</p>" : table)
            <p class="paging">\(isFirst ? nil : "<a href=\"/history\">← Newest</a>")\(page.next.map(older))</p>
            </section>
            """
        )
    }

    private func older(_ cursor: History.Cursor) -> HTML {
        "<a href=\"/history?cursor=\(cursor.rawValue)\" rel=\"next\">Older →</a>"
    }

    private var table: HTML {
        """
        <div class="scroll"><table class="history">
        <thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col" class="number">Credits</th></tr></thead>
        <tbody>\(page.entries.map(row))</tbody>
        </table></div>
        """
    }

    private func row(_ entry: History.Entry) -> HTML {
        """
        <tr><td><time datetime="\(entry.at)">\(entry.at.description.prefix(16).replacing("T", with: " ")) UTC</time></td>
        <td>\(title(of: entry)) \(Self.state(of: entry))</td>
        <td class="number \(entry.credits < 0 ? "out" : "in")">\(entry.credits > 0 ? "+" : "")\(Self.signed(entry.credits))</td></tr>
        """
    }

    private static func signed(_ credits: Int64) -> String {
        credits < 0 ? "−\(credits.magnitude)" : "\(credits)"
    }

    private func title(of entry: History.Entry) -> String {
        switch entry.kind {
        case .charge: name(of: entry.action)
        case .refund: "\(name(of: entry.action)): credits back"
        case .expire: "Expired"
        case .debt:
            entry.action == nil
                ? "\(entry.debt) credits owed: they were spent already"
                : "\(name(of: entry.action)): \(entry.debt) credits owed"
        case .repay: "Paid what was owed"
        case .reverse: "Taken back"
        case .archive: "Older calls, in an archive"
        case .grant:
            switch entry.source {
            case .purchase: "Credits bought"
            case .plan: "Credits of your plan"
            case .promotion: "Promotion"
            default: "Adjustment"
            }
        @unknown default: entry.reason ?? ""
        }
    }

    /// The action's title in the current policy; its recorded name if the policy no longer has it.
    private func name(of action: String?) -> String {
        action.map { policy.action(named: $0)?.title ?? $0 } ?? "Call"
    }

    private static func state(of entry: History.Entry) -> HTML? {
        switch (entry.kind, entry.state) {
        case (.charge, .held): "<span class=\"tag\">on hold</span>"
        case (.charge, .refunded): "<span class=\"tag\">failed, refunded</span>"
        default: nil
        }
    }
}
