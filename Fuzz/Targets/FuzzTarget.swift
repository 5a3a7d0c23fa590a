/// What is fuzzed: each reads bytes as something that strangers send or people write, and holds the outcome to laws.
///
/// `Scripts/fuzz` looks for bytes that break one, guided by coverage; the tests replay the corpora.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// Policy files.
    case policy
    /// Bodies of webhooks, rightly signed.
    case webhook
    /// Headers and tokens.
    case header
    /// Money, prices per unit, durations and times.
    case value
    /// What a ledger is asked to do.
    case history

    /// - Returns: whether the bytes were taken for what the target reads, rather than refused.
    /// - Throws: ``FuzzFinding`` where a law is broken. A trap or a hang is a finding too.
    @discardableResult
    package func check(_ bytes: [UInt8]) throws -> Bool {
        switch self {
        case .policy: try checkPolicy(bytes)
        case .webhook: try checkWebhook(bytes)
        case .header: try checkHeaders(bytes)
        case .value: try checkValues(bytes)
        case .history: try checkHistory(bytes)
        }
    }
}

/// A law that some bytes break.
package struct FuzzFinding: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// - Throws: ``FuzzFinding`` with these words unless it is true.
func require(_ isTrue: Bool, _ words: @autoclosure () -> String) throws {
    if !isTrue { throw FuzzFinding(words()) }
}
