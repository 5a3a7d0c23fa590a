import Faregate
import Foundation

/// Lists are `{"items": […]}`, in pages numbered from 0, with the latest object first.
///
/// [Dodo Payments: list payments](https://docs.dodopayments.com/api-reference/payments/get-payments)
extension DodoWire {
    struct Item {
        let number: Int
        let createdAt: Timestamp
        /// The filters that a list accepts.
        let fields: [String: String]
        let json: SandboxJSON
    }

    func payments(_ state: SandboxState) -> [Item] {
        state.newestFirst.flatMap { checkout in
            checkout.payments.map { payment in
                var json = summary(payment, checkout)
                json["has_license_key"] = false
                return Item(
                    number: payment.number,
                    createdAt: payment.createdAt,
                    fields: ["status": payment.state.rawValue],
                    json: json
                )
            }
        }
    }

    func refunds(_ state: SandboxState) -> [Item] {
        state.newestFirst.flatMap { checkout in
            checkout.payments.flatMap { payment in
                payment.refunds.map { refund in
                    Item(
                        number: refund.number,
                        createdAt: refund.createdAt,
                        fields: ["status": refund.state.rawValue],
                        json: listed(refund, payment, checkout)
                    )
                }
            }
        }
    }

    func disputes(_ state: SandboxState) -> [Item] {
        state.newestFirst.flatMap { checkout in
            checkout.payments.flatMap { payment in
                payment.disputes.map { dispute in
                    var json = self.dispute(dispute, payment, checkout)
                    json["payment_provider"] = "dodo"
                    return Item(
                        number: dispute.number,
                        createdAt: dispute.createdAt,
                        fields: ["dispute_status": "dispute_\(DodoWire.word(dispute.state))"],
                        json: json
                    )
                }
            }
        }
    }

    func list(_ items: [Item], _ query: FormFields) throws(DodoFault) -> SandboxJSON {
        var items = items.sorted { $0.number > $1.number }
        for name in ["status", "dispute_status"] {
            if let wanted = query[name] { items = items.filter { $0.fields[name] == wanted } }
        }
        if let from = try moment(query, "created_at_gte") { items = items.filter { $0.createdAt >= from } }
        if let until = try moment(query, "created_at_lte") { items = items.filter { $0.createdAt <= until } }
        let size = try number(query, "page_size", in: 1...100) ?? 10
        let page = try number(query, "page_number", in: 0...100_000) ?? 0
        return ["items": .list(items.dropFirst(page * size).prefix(size).map(\.json))]
    }

    private func number(
        _ query: FormFields,
        _ name: String,
        in range: ClosedRange<Int>
    ) throws(DodoFault) -> Int? {
        guard let text = query[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .invalidQuery("\(name) is a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private func moment(_ query: FormFields, _ name: String) throws(DodoFault) -> Timestamp? {
        guard let text = query[name] else { return nil }
        guard let moment = Timestamp(text) else {
            throw .invalidQuery("\(name) is a time like 2026-01-01T00:00:00Z")
        }
        return moment
    }
}
