import Faregate
import Foundation

/// A policy file ends in a policy or in mistakes with places. Written otherwise, it has the same version and means the same.
func checkPolicy(_ bytes: [UInt8]) throws -> Bool {
    let environment = ["A": "price_1", "B": "price_2"]
    let policy: Policy
    do throws(Policy.FileError) {
        let files = Policy.Files(path: "p", environment: environment, forSale: true, disk: OneFile(bytes: bytes))
        policy = try files.load().policy
    } catch {
        try require(!error.diagnostics.isEmpty, "a policy was refused without a word")
        try require(error.diagnostics.contains { $0.severity == .error }, "a policy was refused for a warning")
        return false
    }
    for style in JSONStyle.allCases {
        var writer = try JSONRewriter(bytes, in: style)
        let text = try writer.rewritten()
        let again: Policy
        do {
            again = try Policy(parsing: text, environment: environment, forSale: true)
        } catch {
            throw FuzzFinding("written otherwise, the policy is refused:\n\(error)\n\(text)")
        }
        try require(again.version == policy.version, "written otherwise, it has another version:\n\(text)")
        try require(meaning(of: again) == meaning(of: policy), "written otherwise, it means something else:\n\(text)")
    }
    return true
}

/// What a policy says, without its places.
private func meaning(of policy: Policy) -> [String] {
    let actions = policy.actions.sorted { $0.key < $1.key }.map { name, action in
        let rules = action.rules.map { "\($0.conditions) \($0.pricing) \($0.mode)" }
        let limits = action.limits.map { "\($0.name) \($0.max) \($0.mode) \($0.givesBack)" }
        let units = action.hold.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let quote = (try? policy.quote(name)).map { "\($0.cost) \($0.mode)" } ?? "none"
        return
            "\(name) \(action.was) \(action.title) \(action.pricing) \(rules) \(units) \(action.overrun) \(action.outage) "
            + "\(action.mode) \(limits) \(action.timeoutMilliseconds ?? 0) \(quote)"
    }
    let plans = policy.plans.sorted { $0.key < $1.key }.map { name, plan in
        "\(name) \(plan.was) "
            + plan.grants.map {
                "\($0.name) \($0.credits) \($0.rollover) \($0.priority) \($0.lifetimeMilliseconds ?? 0)"
            }.joined(separator: ", ")
    }
    let packs = policy.packs.sorted { $0.key < $1.key }.map { name, pack in
        let products = pack.products.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return "\(name) \(pack.credits) \(pack.price) \(pack.quantities) \(products)"
    }
    let settings =
        "\(policy.defaultPlan?.name ?? "") \(policy.lowBalance) \(policy.refundGraceMilliseconds) "
        + "\(policy.debtLimit) \(policy.mode) \(policy.calendar.timeZone.identifier)"
    let models = policy.priceList.names.map { "\($0) \(policy.priceList[$0]?.cost.description ?? "")" }
    return actions + plans + packs + models + [settings]
}

/// A disk with one file on it.
private struct OneFile: PolicyDisk {
    let bytes: [UInt8]

    func status(of path: String) -> FileStatus {
        FileStatus(
            kind: .file, modifiedNanoseconds: 0, byteCount: Int64(bytes.count), inode: 1, resolvedPath: path
        )
    }

    func names(in folder: String) -> [String] { [] }

    func contents(of file: String, atMost byteCount: Int) -> [UInt8] { Array(bytes.prefix(byteCount)) }
}
