package import Faregate

/// A charge as people export it.
package struct MadeCall: Encodable, Sendable {
    package let charge: ChargeID
    package let account: AccountID
    package let member: String?
    package let action: String
    package let createdAt: Timestamp
    package let state: ChargeState
    /// What it cost, including debt, or what it holds.
    package let credits: Int64
    package let policyVersion: String
    package let rule: String
    /// What shadow mode would have charged: a `ShadowNote`.
    package let shadow: String?
    /// The account's plan when it was charged.
    package let plan: String?
    package let attributes: Attributes
    /// The expected use, as the caller gave it.
    package let units: Units
    /// The use that set the final price; nil if the quote's price was kept.
    package let used: Units?
}
