import Faregate

/// The policies folder as it will be when a file in it has new content.
struct PreviewDisk: PolicyDisk {
    let file: String
    let text: String
    private let disk = LocalDisk()

    init(file: String, text: String) {
        (self.file, self.text) = (file, text)
    }

    func status(of path: String) throws(PolicyDiskError) -> FileStatus {
        guard path == file else { return try disk.status(of: path) }
        return FileStatus(
            kind: .file, modifiedNanoseconds: 0, byteCount: Int64(text.utf8.count), inode: 0, resolvedPath: path)
    }

    func names(in folder: String) throws(PolicyDiskError) -> [String] {
        let names = try disk.names(in: folder)
        return names.contains(PriceListFile.name) ? names : names + [PriceListFile.name]
    }

    func contents(of path: String, atMost byteCount: Int) throws(PolicyDiskError) -> [UInt8] {
        try path == file ? Array(text.utf8.prefix(byteCount)) : disk.contents(of: path, atMost: byteCount)
    }
}
