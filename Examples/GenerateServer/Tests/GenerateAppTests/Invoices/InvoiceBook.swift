import Faregate

/// Keeps the invoices. In a real shop this is a table, or the bookkeeping's own API.
actor InvoiceBook {
    private var invoices: [String: Invoice] = [:]

    subscript(id: String) -> Invoice? { invoices[id] }

    /// One that was issued before stays as it is.
    func issue(_ invoice: Invoice) {
        if invoices[invoice.id] == nil { invoices[invoice.id] = invoice }
    }

    /// - Returns: the invoice as it is then; nil where there is none.
    func change(_ id: String, at now: Timestamp, _ body: @Sendable (inout Invoice) -> Void) -> Invoice? {
        guard var invoice = invoices[id] else { return nil }
        body(&invoice)
        invoice.changedAt = now.rawValue
        invoices[id] = invoice
        return invoice
    }

    func changed(since: Timestamp) -> [Invoice] {
        invoices.values.filter { $0.changedAt >= since.rawValue }.sorted { $0.id < $1.id }
    }
}
