/// How much of what a call used: `["output_tokens": 812]`.
public typealias Units = [String: Int64]

extension Units {
    /// A price knows at most so many units, and a call uses at most so many.
    package static let limit = 32

    /// - Throws: ``InvalidInput`` unless they are 32 at most, their names have 1 to 255 bytes without control
    ///   characters, and their amounts are 0 to 2^53 − 1.
    func validate() throws(InvalidInput) {
        guard count <= Units.limit else {
            throw InvalidInput("a call uses at most \(Units.limit) units; this one uses \(count)")
        }
        for (name, amount) in self {
            _ = try checked(name, is: "a unit's name")
            guard (0...Credits.max.rawValue).contains(amount) else {
                throw InvalidInput("a call can't use \(amount) \(printable(name)): 0 to \(Credits.max) is possible")
            }
        }
    }
}
