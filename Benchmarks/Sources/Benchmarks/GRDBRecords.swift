import Foundation
import GRDB

struct Account: Codable, FetchableRecord, PersistableRecord {
    let id: Int64
    let name: String
    var balance: Int
    var held: Int
}

struct Counter: Codable, FetchableRecord, PersistableRecord {
    let name: String
    var used: Int
}

struct Charge: Codable, FetchableRecord, MutablePersistableRecord {
    var id: Int64?
    let accountID: Int64
    let credits: Int
    var isSettled: Bool

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

struct JournalLine: Codable, FetchableRecord, PersistableRecord {
    var id: Int64?
    let accountID: Int64
    let credits: Int
    let at: Date
}
