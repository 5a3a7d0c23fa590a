import Crypto
import Faregate
import Foundation

/// A folder with one file for each picture: the entry as JSON in the first line, then the picture. Only the server's
/// user can read the files. Several servers can share a folder.
struct PictureFolder: Sendable {
    private static let maxHeadBytes = 1 << 16
    private static let newline = UInt8(ascii: "\n")

    let path: String

    /// Returns a code of the account that is valid in a file's name and does not reveal the account.
    static func owner(_ account: AccountID) -> String {
        let key = SymmetricKey(data: Array("pictures".utf8))
        return hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(account.rawValue.utf8), using: key))
    }

    /// Returns the entries of all readable files, oldest first.
    func entries() throws -> [(owner: String, entry: Gallery.Entry)] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted().compactMap { name in
            let parts = name.split(separator: ".")
            guard parts.count == 2, let entry = head(of: "\(path)/\(name)"), entry.id == parts[0] else { return nil }
            return (String(parts[1]), entry)
        }
    }

    /// - Returns: nil if the owner has no picture of this id.
    func picture(_ id: String, of owner: String) -> Picture? {
        // The id must not lead out of the folder.
        guard id.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "f")).contains($0) }),
            let data = FileManager.default.contents(atPath: file(id, of: owner)),
            let end = data.firstIndex(of: Self.newline),
            let entry = try? JSONDecoder().decode(Gallery.Entry.self, from: data[..<end])
        else { return nil }
        return Picture(mediaType: entry.mediaType, bytes: Array(data[(end + 1)...]))
    }

    func write(_ picture: Picture, as entry: Gallery.Entry, of owner: String) throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        var data = try JSONEncoder().encode(entry)
        data.append(Self.newline)
        data.append(contentsOf: picture.bytes)
        try PrivateFile.write(data, to: file(entry.id, of: owner), .replacing)
    }

    func remove(_ id: String, of owner: String) {
        unlink(file(id, of: owner))
    }

    private func file(_ id: String, of owner: String) -> String { "\(path)/\(id).\(owner)" }

    private func head(of file: String) -> Gallery.Entry? {
        guard let handle = FileHandle(forReadingAtPath: file) else { return nil }
        defer { try? handle.close() }
        guard let start = try? handle.read(upToCount: Self.maxHeadBytes) else { return nil }
        return try? JSONDecoder().decode(Gallery.Entry.self, from: start.prefix { $0 != Self.newline })
    }
}
