/// Decides which pictures are kept and which are removed when one is added.
struct PictureShelves: Sendable {
    struct Bounds: Sendable {
        var maxPicturesPerAccount = 24
        var maxAccounts = 500
        var maxBytes = 1 << 30
    }

    struct Dropped: Sendable {
        let owner: String
        let id: String
    }

    private let bounds: Bounds
    /// Latest first.
    private var shelves: [String: [Gallery.Entry]] = [:]
    /// Sorted by the owners' latest pictures. The owner without a new picture for the longest time comes first.
    private var owners: [String] = []
    private var byteCount = 0

    init(_ bounds: Bounds) {
        self.bounds = bounds
    }

    func entries(of owner: String) -> [Gallery.Entry] { shelves[owner] ?? [] }

    /// - Returns: the removed pictures: the oldest of this account first, then those of the accounts without new
    ///   pictures for the longest time.
    mutating func add(_ entry: Gallery.Entry, of owner: String) -> [Dropped] {
        owners.removeAll { $0 == owner }
        owners.append(owner)
        shelves[owner, default: []].insert(entry, at: 0)
        byteCount += entry.byteCount
        var dropped: [Dropped] = []
        if entries(of: owner).count > bounds.maxPicturesPerAccount { dropped += dropOldest(of: owner) }
        while owners.count > bounds.maxAccounts || (byteCount > bounds.maxBytes && byteCount > entry.byteCount) {
            dropped += dropOldest(of: owners[0])
        }
        return dropped
    }

    private mutating func dropOldest(of owner: String) -> [Dropped] {
        guard let entry = shelves[owner]?.popLast() else { return [] }
        byteCount -= entry.byteCount
        if entries(of: owner).isEmpty {
            shelves[owner] = nil
            owners.removeAll { $0 == owner }
        }
        return [Dropped(owner: owner, id: entry.id)]
    }
}
