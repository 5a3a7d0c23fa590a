/// The header of a SQLite file.
/// [The database header](https://www.sqlite.org/fileformat2.html#the_database_header)
struct FileHeader {
    static let size = 100

    let isEmpty: Bool
    let isSQLite: Bool
    /// Whether commits go to a write-ahead log, as they do while a ledger is open, and after a crash.
    let usesLog: Bool
    let schemaVersion: Int64
    let applicationID: Int64

    init(_ bytes: [UInt8]) {
        func number(at offset: Int) -> Int64 {
            bytes.count < offset + 4 ? 0 : bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int64($1) }
        }
        isEmpty = bytes.isEmpty
        isSQLite = bytes.starts(with: Array("SQLite format 3\0".utf8))
        usesLog = bytes.count > 18 && bytes[18] == 2
        schemaVersion = number(at: 60)
        applicationID = number(at: 68)
    }
}
