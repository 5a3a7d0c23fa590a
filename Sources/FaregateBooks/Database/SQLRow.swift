package import Faregate

/// One row of a result, valid until the next is read. Columns count from 0.
package protocol SQLRow {
    /// The number in a column; 1 and 0 for true and false, 0 for NULL.
    func integer(_ column: Int) -> Int64
    func isNull(_ column: Int) -> Bool
    func optionalText(_ column: Int) -> String?
    func optionalBytes(_ column: Int) -> [UInt8]?
}

extension SQLRow {
    package func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    package func text(_ column: Int) -> String { optionalText(column) ?? "" }

    /// An amount of credits. Throws if it is out of range: the schema prevents that, and 0 would hide the damage.
    package func credits(_ column: Int) throws(SQLError) -> Credits { try Credits(stored: integer(column)) }
}

extension Credits {
    /// An amount of credits. The schema keeps it in range, so a value out of range means that the database is damaged.
    package init(stored value: Int64) throws(SQLError) {
        guard let credits = Credits(rawValue: value) else {
            throw .damaged("an amount of credits lies outside their range")
        }
        self = credits
    }
}
