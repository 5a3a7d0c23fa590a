import Faregate
import Foundation

/// What the limits of a charge counted, as the charge's row keeps it: JSON, an array per limit,
/// `[limit, scope, window's start or null, amount, gives back]`, the scope as in ``scopes``.
struct CountedLimit: Equatable {
    let limit: Int64
    let scope: Limit.Scope
    /// Nil for a rolling window.
    let windowStart: Int64?
    var amount: Int64
    let givesBack: Bool

    static let scopes: [Limit.Scope] = [.account, .member, .action]

    /// Reads what ``CountedLimitsText`` writes.
    static func list(_ text: String?) -> [CountedLimit] {
        guard let text, let rows = try? JSONDecoder().decode([[Int64?]].self, from: Data(text.utf8)) else { return [] }
        return rows.compactMap { row in
            guard row.count == 5, let limit = row[0], let scope = row[1], let amount = row[3], let back = row[4],
                amount >= 0, scopes.indices.contains(Int(scope))
            else { return nil }
            return CountedLimit(
                limit: limit,
                scope: scopes[Int(scope)],
                windowStart: row[2],
                amount: amount,
                givesBack: back == 1
            )
        }
    }

    static func text(_ limits: [CountedLimit]) -> String? {
        var text = CountedLimitsText()
        for limit in limits { text.append(limit) }
        return text.isEmpty ? nil : text.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}

/// Written by hand, without a JSON encoder: this is on the way of nearly every charge.
struct CountedLimitsText {
    private var bytes: [UInt8] = []

    var isEmpty: Bool { bytes.isEmpty }

    mutating func append(_ limit: CountedLimit) {
        if bytes.isEmpty {
            bytes.append(UInt8(ascii: "["))
        } else {
            bytes[bytes.count - 1] = UInt8(ascii: ",")
        }
        bytes.append(UInt8(ascii: "["))
        append(limit.limit)
        append(Int64(CountedLimit.scopes.firstIndex(of: limit.scope) ?? 0))
        if let start = limit.windowStart {
            append(start)
        } else {
            bytes += "null,".utf8
        }
        append(limit.amount)
        bytes.append(limit.givesBack ? UInt8(ascii: "1") : UInt8(ascii: "0"))
        bytes.append(UInt8(ascii: "]"))
        bytes.append(UInt8(ascii: "]"))
    }

    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withUnsafeBufferPointer(body)
    }

    /// A number and a comma.
    private mutating func append(_ number: Int64) {
        let start = bytes.count
        var rest = number.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes[start...].reverse()
        bytes.append(UInt8(ascii: ","))
    }
}
