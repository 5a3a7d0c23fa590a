import Faregate
import FaregateBooks

/// The sum of a group of calls in an export.
struct ExportSum: ExportLine {
    static let columns = ["calls", "credits", "refundedCalls"]

    let keys: [String]
    let names: [String]
    private var calls = 0
    private var credits: Int64 = 0
    private var refundedCalls = 0

    init(_ keys: [String], _ names: [String]) {
        (self.keys, self.names) = (keys, names)
    }

    /// Credits that an open call holds count as well.
    mutating func add(_ call: MadeCall) {
        calls += 1
        if call.state == .refunded { refundedCalls += 1 } else { credits += call.credits }
    }

    var cells: [String] { names + ["\(calls)", "\(credits)", "\(refundedCalls)"] }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for (key, name) in zip(keys, names) { try container.encode(name, forKey: Key(stringValue: key)) }
        try container.encode(calls, forKey: Key(stringValue: "calls"))
        try container.encode(credits, forKey: Key(stringValue: "credits"))
        try container.encode(refundedCalls, forKey: Key(stringValue: "refundedCalls"))
    }
}
