import Faregate

/// `1 charge`, `2 charges`.
func count(_ number: some BinaryInteger, _ thing: String) -> String {
    "\(number) \(thing)\(number == 1 ? "" : "s")"
}

/// `512 bytes`, `4.1 MiB`.
func size(_ bytes: Int64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"]
    guard bytes >= 1024 else { return count(bytes, "byte") }
    var (tenths, unit) = (rounded(bytes, in: 1024), 0)
    while tenths >= 10_240, unit + 1 < units.count {
        unit += 1
        tenths = rounded(bytes, in: 1024 << (10 * Int64(unit)))
    }
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
}

/// In tenths of a unit.
private func rounded(_ bytes: Int64, in unit: Int64) -> Int64 {
    bytes / unit * 10 + (bytes % unit * 10 + unit / 2) / unit
}

/// Breaks the text into lines of at most that width, between words.
func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
        if let last = lines.last, last.count + 1 + word.count <= width {
            lines[lines.count - 1] += " " + word
        } else {
            lines.append(String(word))
        }
    }
    return lines
}

/// `ana has 150 credits`, `ana has 0 credits and owes 20`.
func has(_ account: AccountID, _ balance: AccountBalance) -> String {
    let debt = balance.debt > 0 ? " and owes \(balance.debt)" : ""
    return "\(account) has \(count(balance.remaining.rawValue, "credit"))\(debt)"
}

extension RefundReason {
    /// `the call failed`; the recorded word for a reason that this version doesn't know.
    var inWords: String {
        switch self {
        case .threw, .failedResponse: "the call failed"
        case .cancelled: "the caller cancelled it"
        case .timedOut: "it took too long"
        case .requested: "the server refunded it"
        case .dropped: "the server never closed it"
        case .shutDown: "the server shut down"
        case .unanswered: "the answer to the charge was lost"
        case .abandoned: "its process died"
        default: rawValue
        }
    }
}

extension AttributeValue {
    /// `large`, `true`, `60` or `0.5`.
    var text: String {
        switch self {
        case .string(let text): text
        case .boolean(let truth): "\(truth)"
        case .number(let number): Int64(exactly: number).map(String.init) ?? "\(number)"
        }
    }
}
