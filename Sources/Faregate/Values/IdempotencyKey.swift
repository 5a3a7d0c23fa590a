/// Makes a call safe to retry: the same key is never charged twice for the same account and action.
public struct IdempotencyKey: Sendable, Hashable {
    /// 1 to 255 bytes of UTF-8 without control characters.
    public let key: String
    /// Distinguishes a repeat from another request under the same key: a hash of the request, not the request itself.
    /// If it is nil, a gate hashes the call's member, attributes and units.
    public let fingerprint: String?
    package let lifetimeMilliseconds: Int64

    /// How long the ledger remembers the key after the charge. After that, the key can be used for a new call.
    public var lifetime: Duration { .milliseconds(lifetimeMilliseconds) }

    /// A day.
    public static let defaultLifetime = Duration.seconds(86_400)
    /// A second to 366 days.
    private static let lifetimes = Duration.seconds(1)...Duration.seconds(366 * 86_400)

    /// - Parameters:
    ///   - key: identifies the call within its account and action.
    ///   - fingerprint: a hash of the request.
    ///   - lifetime: 1 second to 366 days.
    /// - Throws: ``InvalidInput`` unless key and fingerprint are 1 to 255 bytes of UTF-8 without control characters,
    ///   and the lifetime is in range.
    public init(
        _ key: String,
        fingerprint: String? = nil,
        lifetime: Duration = defaultLifetime
    ) throws(InvalidInput) {
        guard IdempotencyKey.lifetimes.contains(lifetime) else {
            throw InvalidInput("the lifetime of an idempotency key must be 1 second to 366 days")
        }
        self.key = try checked(key, is: "an idempotency key")
        self.fingerprint = fingerprint == nil ? nil : try checked(fingerprint ?? "", is: "a request's fingerprint")
        lifetimeMilliseconds = lifetime.milliseconds
    }
}

extension IdempotencyKey {
    /// Compares bytes, as a ledger does.
    public static func == (left: IdempotencyKey, right: IdempotencyKey) -> Bool {
        ExactText(left.key) == ExactText(right.key) && left.exactFingerprint == right.exactFingerprint
            && left.lifetimeMilliseconds == right.lifetimeMilliseconds
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(ExactText(key))
        hasher.combine(exactFingerprint)
    }

    private var exactFingerprint: ExactText? { fingerprint.map(ExactText.init) }

    /// Returns the same key with this fingerprint.
    func with(fingerprint: String) -> IdempotencyKey {
        IdempotencyKey(checked: key, fingerprint: fingerprint, lifetimeMilliseconds: lifetimeMilliseconds)
    }

    private init(checked key: String, fingerprint: String, lifetimeMilliseconds: Int64) {
        self.key = key
        self.fingerprint = fingerprint
        self.lifetimeMilliseconds = lifetimeMilliseconds
    }
}
