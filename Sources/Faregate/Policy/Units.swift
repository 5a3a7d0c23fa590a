/// How much of what a call used: `["output_tokens": 812]`. At most 32 units, each amount 0 to 2^53 − 1; which names are
/// good, the ``Policy/Cost`` says that knows them.
public typealias Units = [String: Int64]

extension Units {
    /// A price knows at most so many units, and a call uses at most so many.
    package static let limit = 32
}
