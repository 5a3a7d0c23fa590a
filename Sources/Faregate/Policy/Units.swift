/// The use of a call by unit: `["output_tokens": 812]`. At most 32 units, each amount 0 to 2^53 − 1; the names must be
/// units of the action's ``Policy/Cost``.
public typealias Units = [String: Int64]

extension Units {
    /// The most units of a price, and of a call.
    package static let limit = 32

    /// - Throws: ``InvalidInput`` for more than 32 units, or an amount outside 0 to 2^53 − 1.
    package func validate() throws(InvalidInput) {
        guard count <= Units.limit else {
            throw InvalidInput("a call can use at most \(Units.limit) units; this one uses \(count)")
        }
        for (name, amount) in self where !(0...Credits.max.rawValue).contains(amount) {
            throw InvalidInput("a call can't use \(amount) \(name): the amount must be 0 to \(Credits.max)")
        }
    }

    /// The units that have a price, or are known to cost nothing.
    func known(to price: Policy.Cost) -> Units { filter { price.units[$0.key] != nil } }
}
