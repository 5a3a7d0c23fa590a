/// The use of a call by unit: `["output_tokens": 812]`. At most 32 units, each amount 0 to 2^53 − 1; the names must be
/// units of the action's ``Policy/Cost``.
public typealias Units = [String: Int64]

extension Units {
    /// The most units of a price, and of a call.
    package static let limit = 32
}
