import Faregate
import NIOPosix

/// The latest pictures, in files beside the ledger, so that a lost answer can be repeated even after a restart. It
/// keeps a limited number of pictures for each account, and pictures for a limited number of accounts.
actor Gallery {
    struct Entry: Codable, Sendable {
        /// A later picture has a greater id.
        let id: String
        let prompt: String
        let size: PictureSize
        let cost: Credits
        let mediaType: String
        let byteCount: Int
    }

    private let folder: PictureFolder
    private let clock: any WallClock
    private var shelves: PictureShelves
    private var latest: Int64

    /// - Throws: an error if the folder can't be read.
    init(_ folder: PictureFolder, bounds: PictureShelves.Bounds = .init(), clock: any WallClock) throws {
        self.folder = folder
        self.clock = clock
        shelves = PictureShelves(bounds)
        latest = 0
        for (owner, entry) in try folder.entries() {
            for dropped in shelves.add(entry, of: owner) { folder.remove(dropped.id, of: dropped.owner) }
            latest = max(latest, Int64(entry.id.prefix(Self.momentDigits), radix: 16) ?? 0)
        }
    }

    /// Latest first.
    func pictures(of account: AccountID) -> [Entry] { shelves.entries(of: PictureFolder.owner(account)) }

    /// Reads the picture from the folder, where another server may have written it.
    func picture(_ id: String, of account: AccountID) async throws -> Picture? {
        try await onThread { [folder] in folder.picture(id, of: PictureFolder.owner(account)) }
    }

    /// - Throws: an error if the picture can't be written.
    func add(_ picture: Picture, for input: GenerateRequest, call: GatedCall) async throws -> Entry {
        let owner = PictureFolder.owner(call.account)
        let entry = Entry(
            id: nextID(),
            prompt: input.prompt,
            size: input.pictureSize,
            cost: call.cost,
            mediaType: picture.mediaType,
            byteCount: picture.bytes.count
        )
        try await onThread { [folder] in try folder.write(picture, as: entry, of: owner) }
        for dropped in shelves.add(entry, of: owner) {
            try await onThread { [folder] in folder.remove(dropped.id, of: dropped.owner) }
        }
        return entry
    }

    private static let momentDigits = 12

    /// Returns the current time and random digits that nobody can guess.
    private func nextID() -> String {
        latest = max(latest + 1, clock.now.rawValue)
        let moment = String(latest, radix: 16)
        let zeros = String(repeating: "0", count: max(0, Self.momentDigits - moment.count))
        return zeros + moment + hexadecimal(SessionKey.random().prefix(8))
    }

    /// Runs work that reads or writes files, on threads that may block.
    private func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive(work)
    }
}
