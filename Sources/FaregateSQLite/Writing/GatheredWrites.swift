import CSQLite

/// Brings the pages of a commit into the log with one write. SQLite makes two for each page, a header of 24 bytes and the
/// page, and the system takes longer for them than SQLite for the page.
///
/// It stands in front of the methods of the log's file, and keeps what is written as long as each piece follows the one
/// before: header, page, header, page, until the page whose header says that it is the last of a transaction. Only after
/// that one does SQLite tell other connections of the commit, so that nobody looks for a page that isn't in the file. Any
/// other write passes as it comes, after what was kept.
///
/// [The format of the log](https://www.sqlite.org/fileformat2.html#walformat),
/// [sqlite3_io_methods](https://www.sqlite.org/c3ref/io_methods.html)
struct GatheredWrites {
    typealias File = UnsafeMutablePointer<sqlite3_file>
    typealias Methods = UnsafePointer<sqlite3_io_methods>

    /// What SQLite calls. They come first: they are what the file points to, and by them the rest is found.
    private var methods: sqlite3_io_methods
    /// The file's own.
    private let own: Methods
    private let kept: UnsafeMutableRawBufferPointer
    private var count = 0
    /// Where in the file they belong.
    private var start: Int64 = 0
    /// What may come next.
    private var next = Piece.header
    /// Once something else came, all passes until the log begins anew: of a transaction that is larger than memory SQLite
    /// writes pages twice, and headers again at the end.
    private var isOrderly = true

    private enum Piece { case header, page, lastPage }

    /// SQLite writes fewer than 128 KiB at once.
    private static let capacity = 0x1FFFF
    private static let headerSize = 24
    private static let logHeaderSize = 32
    private static let pageSizes = 512...65536

    /// Gathers what is written to that log until it is closed.
    ///
    /// - Returns: the file's own methods; nil when it isn't open.
    static func gather(in log: File) -> Methods? {
        guard let own = log.pointee.pMethods else { return nil }
        var methods = own.pointee
        methods.xWrite = { file, bytes, count, offset in
            GatheredWrites.with(file) { this, file in
                guard let bytes else { return SQLITE_MISUSE }
                return this.pointee.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)), at: offset, file)
            }
        }
        methods.xRead = { file, bytes, count, offset in
            GatheredWrites.afterFlush(of: file) { $0.xRead($1, bytes, count, offset) }
        }
        methods.xTruncate = { file, size in GatheredWrites.afterFlush(of: file) { $0.xTruncate($1, size) } }
        methods.xSync = { file, flags in GatheredWrites.afterFlush(of: file) { $0.xSync($1, flags) } }
        methods.xFileSize = { file, size in GatheredWrites.afterFlush(of: file) { $0.xFileSize($1, size) } }
        methods.xClose = { file in
            GatheredWrites.with(file) { this, file in
                let own = this.pointee.own
                this.pointee.kept.deallocate()
                this.deallocate()
                file.pointee.pMethods = own
                return own.pointee.xClose(file)
            }
        }
        let this = UnsafeMutablePointer<GatheredWrites>.allocate(capacity: 1)
        let kept = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
        this.initialize(to: GatheredWrites(methods: methods, own: own, kept: kept))
        log.pointee.pMethods = UnsafeRawPointer(this).assumingMemoryBound(to: sqlite3_io_methods.self)
        return own
    }

    private init(methods: sqlite3_io_methods, own: Methods, kept: UnsafeMutableRawBufferPointer) {
        (self.methods, self.own, self.kept) = (methods, own, kept)
    }

    private static func with(
        _ file: File?,
        _ body: (_ this: UnsafeMutablePointer<GatheredWrites>, _ file: File) -> Int32
    ) -> Int32 {
        guard let file, let methods = file.pointee.pMethods else { return SQLITE_MISUSE }
        return body(UnsafeMutableRawPointer(mutating: methods).assumingMemoryBound(to: GatheredWrites.self), file)
    }

    private static func afterFlush(of file: File?, _ body: (sqlite3_io_methods, File) -> Int32) -> Int32 {
        with(file) { this, file in
            let result = this.pointee.flush(file)
            return result == SQLITE_OK ? body(this.pointee.own.pointee, file) : result
        }
    }

    private mutating func write(_ piece: UnsafeRawBufferPointer, at offset: Int64, _ file: File) -> Int32 {
        let isExpected =
            next == .header ? piece.count == GatheredWrites.headerSize : GatheredWrites.pageSizes.contains(piece.count)
        guard isOrderly, isExpected, count == 0 || offset == start + Int64(count) else {
            let result = flush(file)
            guard result == SQLITE_OK else { return result }
            isOrderly = offset == 0 && piece.count == GatheredWrites.logHeaderSize
            return own.pointee.xWrite(file, piece.baseAddress, Int32(piece.count), offset)
        }
        let isLast = next == .lastPage
        let isHeader = next == .header
        if count + piece.count > GatheredWrites.capacity {
            let result = flush(file)
            guard result == SQLITE_OK else { return result }
        }
        if count == 0 { start = offset }
        UnsafeMutableRawBufferPointer(rebasing: kept[count...]).copyMemory(from: piece)
        count += piece.count
        // The header of the last page says how large the database is from then on; of any other it says zero.
        if isHeader { next = piece.loadUnaligned(fromByteOffset: 4, as: UInt32.self) == 0 ? .page : .lastPage }
        if !isHeader { next = .header }
        return isLast ? flush(file) : SQLITE_OK
    }

    /// Kept or not, what can't be written is part of no commit: SQLite is told, and undoes the transaction.
    private mutating func flush(_ file: File) -> Int32 {
        next = .header
        guard count > 0 else { return SQLITE_OK }
        defer { count = 0 }
        return own.pointee.xWrite(file, kept.baseAddress, Int32(count), start)
    }
}
