#if Postgres
/// Arrays as text, in PostgreSQL's format.
enum PostgresArray {
    /// The numbers of an array of numbers, such as `{1,2}`.
    static func numbers(_ text: String) -> [Int] {
        text.dropFirst().dropLast().split(separator: ",").compactMap { Int($0) }
    }

    /// [Array input](https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO)
    static func text(_ values: [String?]) -> String {
        "{" + values.map { $0.map(quoted) ?? "NULL" }.joined(separator: ",") + "}"
    }

    static func quoted(_ value: String) -> String {
        "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
#endif
