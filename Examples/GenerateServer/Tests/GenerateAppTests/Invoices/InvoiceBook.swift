import Faregate

/// Keeps the invoices. A real shop has a table for them, or uses its bookkeeping's API.
actor InvoiceBook {
    private var invoices: [String: Invoice] = [:]

    subscript(id: String) -> Invoice? { invoices[id] }

    /// Adds an invoice; one with the same id stays unchanged.
    func issue(_ invoice: Invoice) {
        if invoices[invoice.id] == nil { invoices[invoice.id] = invoice }
    }

    /// - Returns: the changed invoice; nil if there is none.
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
