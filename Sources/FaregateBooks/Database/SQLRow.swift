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

extension SQLRow {
    /// The actions that credits pay for; nil for all actions. Throws if the column is damaged, since nil would let the
    /// credits pay for more.
    func actions(_ column: Int) throws(SQLError) -> [String]? {
        guard let text = optionalText(column) else { return nil }
        guard let actions = value([String].self, fromJSON: text) else {
            throw .damaged("the list of actions that credits pay for can't be read")
        }
        return actions
    }
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
