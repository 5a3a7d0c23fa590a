import Faregate
import FaregateTesting
import Foundation
import Logging
import Testing

@testable import GenerateApp

@Suite struct GalleryTests {
    private static func entry(_ number: Int, bytes: Int = 1) -> Gallery.Entry {
        Gallery.Entry(
            id: "\(number)", prompt: "a fjord", size: .small, cost: 10, mediaType: "image/png", byteCount: bytes
        )
    }

    @Test("The gallery keeps the latest pictures of an account")
    func latestPictures() {
        var shelves = PictureShelves(.init(maxPicturesPerAccount: 2))
        #expect((1...4).map { shelves.add(Self.entry($0), of: "ana").map(\.id) } == [[], [], ["1"], ["2"]])
        #expect(shelves.entries(of: "ana").map(\.id) == ["4", "3"])
    }

    @Test("The gallery keeps the pictures of the accounts that painted last")
    func latestAccounts() {
        var shelves = PictureShelves(.init(maxAccounts: 2))
        for (number, owner) in ["ana", "bob", "ana"].enumerated() {
            #expect(shelves.add(Self.entry(number), of: owner).isEmpty)
        }
        #expect(shelves.add(Self.entry(3), of: "eve").map(\.owner) == ["bob"])
        #expect(shelves.add(Self.entry(4), of: "bob").map(\.id) == ["0", "2"])
        #expect(shelves.entries(of: "ana").isEmpty)
    }

    @Test("The pictures of all accounts stay within the gallery's size limit")
    func totalSize() {
        var shelves = PictureShelves(.init(maxBytes: 10))
        #expect(shelves.add(Self.entry(1, bytes: 4), of: "ana").isEmpty)
        #expect(shelves.add(Self.entry(2, bytes: 6), of: "bob").isEmpty)
        #expect(shelves.add(Self.entry(3, bytes: 1), of: "bob").map(\.id) == ["1"])
        // The new picture is kept whatever its size, because it is paid for.
        #expect(shelves.add(Self.entry(4, bytes: 99), of: "eve").map(\.id) == ["2", "3"])
        #expect(shelves.entries(of: "eve").map(\.id) == ["4"])
    }

    @Test("Only the server's user can read the folder and the files of the pictures")
    func filePermissions() async throws {
        let server = try await TestServer()
        try await server.run { browser async throws in
            for name in ["ana", "../ana", "ana/..", String(repeating: "é", count: 127)] {
                let user = try await browser.signedIn(as: name)
                #expect(try await user.post("/api/generate", #"{"prompt":"a fjord"}"#).status == 200)
                #expect(try await user.get("/pictures/..%2Ftest.faregate").status == 404)
            }
            let folder = server.settings.database + ".pictures"
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(names.count == 4)
            for path in [folder] + names.map({ "\(folder)/\($0)" }) {
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode == (path == folder ? 0o700 : 0o600))
            }
        }
    }

    @Test("A picture that can't be written costs nothing")
    func unwritablePicture() async throws {
        let server = try await TestServer()
        try await server.run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            // A file in the place of the folder fails like a full or read-only disk.
            try Data().write(to: URL(fileURLWithPath: server.settings.database + ".pictures"))
            let answer = try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#)
            #expect(answer.status == 500)
            #expect(!answer.page.contains("pictures"))
            #expect(server.log.lines(from: .error).count == 1)
            #expect(try await ana.remaining() == 50)
        }
    }

    @Test("A server that starts finds the pictures in the folder and ignores other files")
    func restartedGallery() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "pictures-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = PictureFolder(path: path)
        let owner = PictureFolder.owner("ana")
        for number in 1...3 {
            let picture = Picture(mediaType: "image/png", bytes: [10, UInt8(number)])
            try folder.write(picture, as: Self.entry(number), of: owner)
        }
        for stray in ["note.txt", "7.\(owner)", "3.\(owner).0011.tmp"] {
            try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(path)/\(stray)"))
        }
        let gallery = try Gallery(folder, bounds: .init(maxPicturesPerAccount: 2), clock: ManualClock())
        #expect(await gallery.pictures(of: "ana").map(\.id) == ["3", "2"])
        #expect(try await gallery.picture("2", of: "ana")?.bytes == [10, 2])
        #expect(try await gallery.picture("1", of: "ana") == nil)
        #expect(try await gallery.picture("2", of: "bob") == nil)
    }
}
