package import Faregate
package import Foundation

/// A parameter of a statement. The type is known for NULL too, since PostgreSQL asks for it.
package enum SQLParameter: Sendable {
    case integer(Int64?)
    case text(String?)
    case bytes(Data?)
    case boolean(Bool?)
}

extension SQLParameter: Equatable {
    /// Compares the bytes of texts, as a database does.
    package static func == (left: SQLParameter, right: SQLParameter) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left == right
        case (.text(let left), .text(let right)): left.map(ExactText.init) == right.map(ExactText.init)
        case (.bytes(let left), .bytes(let right)): left == right
        case (.boolean(let left), .boolean(let right)): left == right
        default: false
        }
    }
}

/// A value that can be bound to a parameter of a statement.
package protocol SQLValue {
    var parameter: SQLParameter { get }
    /// NULL, in the type of the value.
    static var null: SQLParameter { get }
}

extension Int64: SQLValue {
    package var parameter: SQLParameter { .integer(self) }
    package static var null: SQLParameter { .integer(nil) }
}

extension String: SQLValue {
    package var parameter: SQLParameter { .text(self) }
    package static var null: SQLParameter { .text(nil) }
}

extension Bool: SQLValue {
    package var parameter: SQLParameter { .boolean(self) }
    package static var null: SQLParameter { .boolean(nil) }
}

extension Data: SQLValue {
    package var parameter: SQLParameter { .bytes(self) }
    package static var null: SQLParameter { .bytes(nil) }
}

extension [UInt8]: SQLValue {
    package var parameter: SQLParameter { .bytes(Data(self)) }
    package static var null: SQLParameter { .bytes(nil) }
}

extension Optional: SQLValue where Wrapped: SQLValue {
    package var parameter: SQLParameter { self?.parameter ?? Wrapped.null }
    package static var null: SQLParameter { Wrapped.null }
}

extension SQLValue where Self: RawRepresentable, RawValue: SQLValue {
    package var parameter: SQLParameter { rawValue.parameter }
    package static var null: SQLParameter { RawValue.null }
}

extension Timestamp: SQLValue {}
extension Credits: SQLValue {}
extension AccountID: SQLValue {
    package var parameter: SQLParameter { .text(rawValue) }
    package static var null: SQLParameter { .text(nil) }
}
