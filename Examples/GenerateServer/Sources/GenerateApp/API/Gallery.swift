import Faregate

/// The pictures made lately, in memory: enough for a demo, and bounded. They are gone when the server stops.
actor Gallery {
    struct Entry: Sendable {
        let id: String
        let prompt: String
        let size: PictureSize
        let cost: Credits
        let picture: Picture
    }

    static let maxPicturesPerAccount = 24
    static let maxAccounts = 500

    private var pictures: [AccountID: [Entry]] = [:]
    /// Least recently painted for, first.
    private var accounts: [AccountID] = []

    /// Latest first.
    func pictures(of account: AccountID) -> [Entry] { pictures[account] ?? [] }

    func picture(_ id: String, of account: AccountID) -> Picture? {
        pictures[account]?.first { $0.id == id }?.picture
    }

    func hang(_ picture: Picture, for wish: Wish, charge: Charge) -> Entry {
        let id = hexadecimal(SessionKey.random().prefix(8))
        let entry = Entry(id: id, prompt: wish.prompt, size: wish.pictureSize, cost: charge.cost, picture: picture)
        let account = charge.account
        pictures[account] = Array(([entry] + pictures(of: account)).prefix(Self.maxPicturesPerAccount))
        accounts.removeAll { $0 == account }
        accounts.append(account)
        if accounts.count > Self.maxAccounts { pictures[accounts.removeFirst()] = nil }
        return entry
    }
}
