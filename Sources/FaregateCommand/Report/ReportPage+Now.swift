import Faregate
import FaregateBooks

/// The sections about the present.
extension ReportPage {
    var accounts: HTML {
        let (found, condition) = (report.accounts.found, report.accounts.condition)
        let rows: [[HTML]] = found.low.map { account in
            [
                HTML.name(account.account.rawValue), "\(account.remaining.grouped)", "\(account.debt.grouped)",
                account.plan.map(HTML.name) ?? "", time(account.latestAt), "\(account.note)",
            ]
        }
        let table = HTMLTable(
            label: "Accounts with \(condition)",
            columns: [
                .text("account"), .number("credits"), .number("owes"), .text("plan"), .text("last change"),
                .sentence("note"),
            ],
            rows: rows
        )
        let rest = found.lowCount - found.low.count
        return section(
            "accounts", "Accounts near zero", note(report.accounts.sentence),
            found.lowCount == 0
                ? empty("No account that changed in this period has \(condition) now.")
                : "<p>\(found.lowCount.grouped) of those that changed in this period now have \(condition).</p>",
            rows.isEmpty ? "" : table.html,
            rest > 0 ? note("And \(rest.grouped) more.") : ""
        )
    }

    var holds: HTML {
        let holds = report.holds
        guard holds.count > 0 else { return section("holds", "Open calls", empty("No call is open.")) }
        let table = HTMLTable(
            label: "Open calls",
            columns: [
                .text("charge"), .text("account"), .text("action"), .number("credits"), .text("since"),
                .text("process"),
            ],
            rows: holds.oldest.map { charge in
                [
                    "\(charge.id)", HTML.name(charge.account.rawValue), HTML.name(charge.action),
                    "\(charge.cost.rawValue.grouped)", time(charge.createdAt),
                    charge.deadline < report.createdAt ? "died" : "alive",
                ]
            }
        )
        let rest = holds.count - holds.oldest.count
        return section(
            "holds", "Open calls", holds.nextStep.map(warning) ?? "", table.html,
            rest > 0 ? note("The oldest \(holds.oldest.count); \(rest.grouped) more are open.") : ""
        )
    }

    var purchases: HTML {
        let purchases = report.purchases
        let table = HTMLTable(
            label: "Purchases to review",
            columns: [
                .text("purchase"), .text("account"), .number("price"), .text("status"), .sentence("review"),
                .sentence("next step"),
            ],
            rows: purchases.flagged.map { purchase in
                [
                    HTML.name(purchase.id.rawValue), HTML.name(purchase.account.rawValue), "\(purchase.price)",
                    "\(purchase.status.rawValue)", "\(purchase.review)", "\(purchase.nextStep)",
                ]
            }
        )
        return section(
            "purchases", "Purchases that need a person",
            purchases.flagged.isEmpty ? empty("No purchase needs a person.") : table.html,
            purchases.more.map(note) ?? "", purchases.inbox.map(warning) ?? ""
        )
    }
}
