import Faregate
import Foundation

/// An object in a provider's JSON. It is read leniently, because providers change their API from version to version:
/// they add fields, expand ids into objects, and write numbers as text. A field that is missing, `null` or of another
/// type reads as nil. Use ``amount(_:)`` and ``needed(_:_:)``, which throw, for fields where nil would be a wrong
/// guess.
///
/// Foundation's decoder refuses JSON that is nested deeper than 512 levels, like any text that isn't JSON.
struct ProviderObject: Decodable {
    /// The largest whole number that every JSON reader represents exactly: 2^53.
    static let maxAmount: Int64 = 1 << 53
    static let maxListCount = 1000

    private let fields: KeyedDecodingContainer<FieldName>

    /// Nil unless the text is a JSON object.
    init?(parsing body: Data) {
        // The decoder's error is dropped, because it can quote the body.
        guard let object = try? JSONDecoder().decode(ProviderObject.self, from: body) else { return nil }
        self = object
    }

    init(from decoder: any Decoder) throws {
        fields = try decoder.container(keyedBy: FieldName.self)
    }

    private init?(_ fields: KeyedDecodingContainer<FieldName>?) {
        guard let fields else { return nil }
        self.fields = fields
    }

    /// A text of 1 to 255 bytes without control characters.
    func name(_ field: FieldName) -> String? {
        guard let text = text(field) else { return nil }
        return try? checked(text, is: field.stringValue)
    }

    /// Any text.
    func text(_ field: FieldName) -> String? {
        try? fields.decodeIfPresent(String.self, forKey: field)
    }

    /// An id, or the `id` of the object that it was expanded into.
    func id(_ field: FieldName) -> String? {
        name(field) ?? object(field)?.name("id")
    }

    func flag(_ field: FieldName) -> Bool? {
        try? fields.decodeIfPresent(Bool.self, forKey: field)
    }

    /// A whole number, or a whole number as text.
    func integer(_ field: FieldName) -> Int64? {
        if let number = try? fields.decodeIfPresent(Int64.self, forKey: field) { return number }
        return text(field).flatMap { Int64($0) }
    }

    func object(_ field: FieldName) -> ProviderObject? {
        ProviderObject(try? fields.nestedContainer(keyedBy: FieldName.self, forKey: field))
    }

    /// The objects of a list. Other elements are left out, and so is everything after the first thousand.
    func list(_ field: FieldName) -> [ProviderObject] {
        (elements(field) ?? []).prefix(ProviderObject.maxListCount).compactMap(\.self)
    }

    /// The elements of a list, nil for each that is not an object; nil if there is no list.
    func elements(_ field: FieldName) -> [ProviderObject?]? {
        guard let elements = try? fields.decodeIfPresent([Element].self, forKey: field) else { return nil }
        return elements.map(\.object)
    }

    /// Whether the field is missing, `null` or a list without elements.
    func isEmptyList(_ field: FieldName) -> Bool {
        guard has(field) else { return true }
        return (try? fields.nestedUnkeyedContainer(forKey: field))?.isAtEnd == true
    }

    /// The address of a web page: http or https, of at most 2000 bytes.
    func webPage(_ field: FieldName) -> URL? {
        guard let text = text(field), text.utf8.count <= 2000 else { return nil }
        return URL(webPage: text)
    }

    /// Whether the field is present and not `null`.
    func has(_ field: FieldName) -> Bool {
        guard fields.contains(field) else { return false }
        return (try? fields.decodeNil(forKey: field)) != true
    }

    /// An amount in minor units; nil if the field is missing or `null`.
    ///
    /// - Throws: ``Unreadable`` unless it is a whole number from 0 to 2^53. The number may be written as text.
    func amount(_ field: FieldName) throws(Unreadable) -> Int64? { try amount(field, from: 0) }

    /// The same for an amount that may be negative, from -2^53.
    func signedAmount(_ field: FieldName) throws(Unreadable) -> Int64? {
        try amount(field, from: -ProviderObject.maxAmount)
    }

    private func amount(_ field: FieldName, from least: Int64) throws(Unreadable) -> Int64? {
        guard has(field) else { return nil }
        guard let amount = integer(field), (least...ProviderObject.maxAmount).contains(amount) else {
            throw Unreadable("its \(field.stringValue) is not an amount")
        }
        return amount
    }

    /// A currency of three letters, in upper case; nil for anything else.
    func currency(_ field: FieldName) -> String? {
        guard let text = text(field)?.uppercased(), text.utf8.count == 3,
            text.utf8.allSatisfy({ (0x41...0x5A).contains($0) })
        else { return nil }
        return text
    }

    /// - Throws: ``Unreadable`` if the value is nil.
    func needed<Value>(_ field: FieldName, _ value: Value?) throws(Unreadable) -> Value {
        guard let value else { throw Unreadable("its \(field.stringValue) is missing, or can't be read") }
        return value
    }

    private struct Element: Decodable {
        let object: ProviderObject?

        init(from decoder: any Decoder) throws {
            object = try? ProviderObject(from: decoder)
        }
    }
}

/// The name of a field.
struct FieldName: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringLiteral value: String) { stringValue = value }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// Why an event that should report something about a purchase can't be read: in words that don't quote its body.
struct Unreadable: Error, Hashable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
