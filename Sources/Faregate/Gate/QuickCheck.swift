import Foundation

/// Signed, dated snapshots of balances. A server that keeps one in each user's session or token can refuse a call that
/// the account can't pay for, without asking the ledger.
///
/// ```swift
/// let quick = try QuickCheck(key: try Secret(environment["SESSION_KEY"] ?? ""))
/// session["credits"] = quick.token(for: try await gate.balance(of: account), of: account, at: clock.now)
/// // later, with every request
/// if let refusal = gate.refusal(of: "generate", for: account, by: quick, token: session["credits"]) { throw refusal }
/// ```
///
/// A snapshot can only refuse early, never admit: a call that passes is still charged by the gate. A snapshot that is
/// forged, altered, too old or of another account is ignored. An account that has just bought credits may be refused
/// until its snapshot is renewed or its ``lifetime`` has passed.
public struct QuickCheck: Sendable {
    private let key: Secret
    /// How long a snapshot is valid.
    public let lifetime: Duration

    /// - Parameters:
    ///   - key: signs the snapshots; at least 32 random characters.
    ///   - lifetime: how long a snapshot is valid, 1 second to 1 hour.
    /// - Throws: ``InvalidInput`` when the lifetime is out of range.
    public init(key: Secret, lifetime: Duration = .seconds(30)) throws(InvalidInput) {
        guard (Duration.seconds(1)...Duration.seconds(3600)).contains(lifetime) else {
            throw InvalidInput("the lifetime of a balance snapshot must be 1 second to 1 hour")
        }
        self.key = key
        self.lifetime = lifetime
    }

    /// Returns a snapshot as text of letters, digits, `-`, `_` and `.`, fit for cookies and headers.
    public func token(for balance: AccountBalance, of account: AccountID, at now: Timestamp) -> String {
        let snapshot = QuickCheck.Snapshot(
            account: account,
            spendable: balance.remaining,
            reserved: QuickCheck.listed(balance.reserved),
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

    /// Reads a token. Returns nil if the token is incomplete, has a wrong signature, belongs to another account, is too
    /// old, or is dated more than a second in the future.
    public func snapshot(_ token: String, of account: AccountID, at now: Timestamp) -> QuickCheck.Snapshot? {
        guard token.utf8.count <= QuickCheck.maximumBytes else { return nil }
        // Split bytes, not characters: a combining mark would hide the dot before it.
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

    /// A list too long for a token is left out: then the ledger refuses the call later.
    private static func listed(_ reserved: [AccountBalance.Reserved]) -> [AccountBalance.Reserved]? {
        let length = reserved.reduce(0) { $0 + $1.actions.reduce(40) { $0 + $1.utf8.count + 3 } }
        return reserved.isEmpty || length > 600 ? nil : reserved
    }

    /// The prefix binds the signature to its purpose, so that the key can sign other things too.
    private func signature(of payload: some Sequence<UInt8>) -> [UInt8] {
        HMACSHA256.code(for: Array("faregate-quick-check-3.".utf8) + payload, key: key.text.utf8)
    }
}

extension Gate {
    /// Returns the refusal that a snapshot predicts; nil if it predicts none or isn't valid. Invalid input is
    /// refused whatever the snapshot says.
    ///
    /// - Parameters:
    ///   - action: the action's name in the policy files.
    ///   - account: the account that pays.
    ///   - attributes: values that the policy's price rules can test.
    ///   - units: the expected use, as far as it is known.
    ///   - key: the call's key. A call with a key may be a repeat that costs nothing, so only a suspension is predicted
    ///     for it.
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
        let policy = policies.policy(at: now)
        do throws(InvalidInput) {
            try CallRequest(account: account, attributes: attributes, units: units).validate()
        } catch {
            return Refusal(action: action, account: account, reason: .invalidInput(error), at: now)
        }
        guard let snapshot = check.snapshot(token, of: account, at: now),
            let quote = try? policy.quote(action, attributes: attributes, units: units, on: snapshot.plan),
            quote.mode == .enforce
        else { return nil }
        let refusal: ChargeRefusal
        if snapshot.isSuspended {
            refusal = .suspended
        } else if key == nil, let limit = quote.impassableLimit {
            refusal = .limit(name: limit.name, max: limit.max, used: 0, retryAt: nil)
        } else if key == nil, quote.cost > snapshot.spendable.less(snapshot.forOthers(than: quote)) {
            let others = snapshot.forOthers(than: quote)
            refusal = .credits(
                required: quote.cost, available: snapshot.spendable.less(others), debt: snapshot.debt,
                reserved: Credits(rawValue: others) ?? 0)
        } else {
            return nil
        }
        let reason = Refusal.Reason(refusal, quote, packs: policy.packs)
        return Refusal(action: action, account: account, reason: reason, at: now)
    }
}

extension QuickCheck.Snapshot {
    /// The credits that can't pay for a call.
    fileprivate func forOthers(than quote: Quote) -> Int64 { (reserved ?? []).forOthers(than: quote.actionNames) }
}

/// [RFC 4648, section 5](https://www.rfc-editor.org/rfc/rfc4648.html#section-5), without padding.
private func base64URL(_ data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

/// Decodes text exactly as ``base64URL(_:)`` writes it; nil for any other spelling of the same bytes.
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
