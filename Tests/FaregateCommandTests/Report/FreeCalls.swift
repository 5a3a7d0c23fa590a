import Faregate
import FaregateTesting

extension ChargeRequest {
    static func free(_ action: String, for account: AccountID) -> ChargeRequest {
        let rule = Policy.Location(file: "policy.jsonc", line: 1, column: 1)
        let terms = ChargeTerms(action: action, policyVersion: "v", rule: rule)
        return ChargeRequest(account: account, cost: 0, under: terms)
    }
}

extension LedgerBackend {
    /// Makes a free call that ended well.
    func call(_ action: String, for account: AccountID, at moment: Timestamp) async throws {
        guard case .held(let charge, _, _) = try await charge(.free(action, for: account), at: moment) else { return }
        _ = try await settle(charge, .whole, at: moment)
    }

    /// Gives credits without a policy.
    func give(_ credits: Credits, to account: AccountID, at moment: Timestamp) async throws {
        let request = try GrantRequest(
            account: account, credits: credits, source: .promotion, reference: "gift", priority: 0, expiresAt: .never)
        _ = try await grant(request, at: moment)
    }
}
