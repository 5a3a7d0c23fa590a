import Foundation

/// Balances as signed, dated snapshots that a server puts into its session or token, to refuse the hopeless calls without
/// asking the ledger.
///
/// ```swift
/// let quick = try QuickCheck(key: try Secret(environment["SESSION_KEY"]))
/// session["credits"] = quick.token(for: try await gate.balance(of: account), of: account, at: clock.now)
/// // later, with every request
/// if let refusal = gate.refusal(of: "generate", for: account, by: quick, token: session["credits"]) { throw refusal }
/// ```
///
/// A snapshot may refuse early, and never admits: whoever passes is charged by the gate like anybody. One that is forged,
/// altered, of another account or too old says nothing. An account that has just bought credits may be refused until its
/// snapshot is made anew, or its ``lifetime`` has passed.
public struct QuickCheck: Sendable {
    private let key: Secret
    /// How long a snapshot is believed.
    public let lifetime: Duration

    /// - Parameters:
    ///   - key: signs the snapshots; 32 random characters at least.
    ///   - lifetime: how long a snapshot is believed, 1 second to 1 hour.
    /// - Throws: ``InvalidInput`` when the lifetime is out of its range.
    public init(key: Secret, lifetime: Duration = .seconds(30)) throws(InvalidInput) {
        guard (Duration.seconds(1)...Duration.seconds(3600)).contains(lifetime) else {
            throw InvalidInput("a snapshot of a balance is believed for 1 second to 1 hour")
        }
        self.key = key
        self.lifetime = lifetime
    }

    /// A snapshot as text of letters, digits, `-`, `_` and `.`, fit for cookies and headers.
    public func token(for balance: AccountBalance, of account: AccountID, at now: Timestamp) -> String {
        let snapshot = QuickCheck.Snapshot(
            account: account,
            spendable: balance.remaining,
            debt: balance.debt,
            plan: balance.plan,
            isSuspended: balance.suspendedAt != nil,
            at: now
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // A snapshot holds nothing that can't be encoded.
        let payload = base64URL((try? encoder.encode(snapshot)) ?? Data())
        return "\(payload).\(base64URL(Data(signature(of: payload.utf8))))"
    }

    /// What a token says; nil where it isn't ours, isn't whole, is of another account, or is too old (or from a future
    /// further away than a second).
    public func snapshot(_ token: String, of account: AccountID, at now: Timestamp) -> QuickCheck.Snapshot? {
        guard token.utf8.count <= QuickCheck.maximumBytes else { return nil }
        // Byte by byte: a combining mark would hide the point before it.
        let parts = token.utf8.split(separator: Ascii.dot, omittingEmptySubsequences: false)
        guard parts.count == 2,
            let code = data(base64URL: parts[1]),
            isEqualInConstantTime([UInt8](code), signature(of: parts[0])),
            let payload = data(base64URL: parts[0]),
            let snapshot = try? JSONDecoder().decode(QuickCheck.Snapshot.self, from: payload),
            snapshot.account == account
        else { return nil }
        let age = now.duration(since: snapshot.at)
        return (Duration.seconds(-1)...lifetime).contains(age) ? snapshot : nil
    }

    private static let maximumBytes = 2048

    /// Bound to its purpose, so that the key may sign other things too.
    private func signature(of payload: some Sequence<UInt8>) -> [UInt8] {
        HMACSHA256.code(for: Array("faregate-quick-check-2.".utf8) + payload, key: key.text.utf8)
    }
}

extension Gate {
    /// The refusal that a snapshot foretells; nil when it foretells none, or says nothing.
    ///
    /// - Parameters:
    ///   - action: as the policy files name it.
    ///   - account: who pays.
    ///   - attributes: what the policy's price rules may look at.
    ///   - units: what the call is going to use, as far as that is known.
    ///   - key: the call's key. The call may be a repeat that costs nothing, so that only a suspension is foretold for it.
    ///   - check: reads the token.
    ///   - token: what ``QuickCheck/token(for:of:at:)`` made.
    public func refusal(
        of action: String,
        for account: AccountID,
        attributes: Attributes = [:],
        units: Units = [:],
        key: IdempotencyKey? = nil,
        by check: QuickCheck,
        token: String
    ) -> Refusal? {
        let now = clock.now
        let policy = policies.policy
        do throws(InvalidInput) { try attributes.validate() } catch {
            return Refusal(action: action, account: account, reason: .invalidInput(error), at: now)
        }
        guard let snapshot = check.snapshot(token, of: account, at: now),
            let quote = try? policy.quote(action, attributes: attributes, units: units, on: snapshot.plan),
            quote.mode == .enforce
        else { return nil }
        let refusal: ChargeRefusal
        if snapshot.isSuspended {
            refusal = .suspended
        } else if key == nil, quote.cost > snapshot.spendable {
            refusal = .credits(required: quote.cost, available: snapshot.spendable, debt: snapshot.debt)
        } else {
            return nil
        }
        let reason = Refusal.Reason(refusal, quote: quote, packs: policy.packs)
        return Refusal(action: action, account: account, reason: reason, at: now)
    }
}

/// [RFC 4648, section 5](https://www.rfc-editor.org/rfc/rfc4648.html#section-5), without padding.
private func base64URL(_ data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

/// Nil unless it is what ``base64URL(_:)`` writes: one text for each run of bytes.
private func data(base64URL text: some Collection<UInt8>) -> Data? {
    var standard: [UInt8] = text.map { byte in
        switch byte {
        case UInt8(ascii: "-"): UInt8(ascii: "+")
        case UInt8(ascii: "_"): UInt8(ascii: "/")
        default: byte
        }
    }
    standard += [UInt8](repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
    guard let data = Data(base64Encoded: Data(standard)), base64URL(data).utf8.elementsEqual(text) else { return nil }
    return data
}
