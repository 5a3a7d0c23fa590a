import Foundation

/// Encodes fields as `application/x-www-form-urlencoded`, in their order. Brackets in names are kept, because Stripe
/// writes nested fields with them; all other characters except letters, digits, `-`, `.` and `_` are escaped.
///
/// [WHATWG URL, section 5](https://url.spec.whatwg.org/#application/x-www-form-urlencoded)
func formEncoded(_ fields: [(name: String, value: String)]) -> Data {
    Data(formText(fields, keeping: "[]").utf8)
}

/// - Parameter extra: further characters that are kept in names. In an address, brackets are escaped too.
func formText(_ fields: [(name: String, value: String)], keeping extra: String) -> String {
    fields.map { escaped($0.name, keeping: extra) + "=" + escaped($0.value, keeping: "") }.joined(separator: "&")
}

private func escaped(_ text: String, keeping extra: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._\(extra)".utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    let bytes = text.utf8.flatMap { byte in
        if plain.contains(byte) { return [byte] }
        if byte == UInt8(ascii: " ") { return [UInt8(ascii: "+")] }
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return String(decoding: bytes, as: UTF8.self)
}
