package import Faregate

/// An account that was found by a part of its id.
package struct FoundAccount: Encodable, Sendable {
    package let account: AccountID
    package let plan: String?
    package let remaining: Credits
    package let debt: Credits
    package let suspendedAt: Timestamp?
}
