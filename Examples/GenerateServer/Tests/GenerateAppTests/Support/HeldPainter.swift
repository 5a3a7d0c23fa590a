import GenerateApp

/// A painter that waits until the test releases it, and counts its calls.
actor HeldPainter: PictureGenerator {
    private(set) var count = 0
    private var isReleased = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var watching: [CheckedContinuation<Void, Never>] = []

    func picture(of prompt: String, size: PictureSize) async throws -> Picture {
        count += 1
        for watcher in watching { watcher.resume() }
        watching = []
        if !isReleased { await withCheckedContinuation { waiting.append($0) } }
        return Picture(mediaType: "image/svg+xml", bytes: Array("<svg/>".utf8))
    }

    func begun() async {
        if count == 0 { await withCheckedContinuation { watching.append($0) } }
    }

    func release() {
        isReleased = true
        for painting in waiting { painting.resume() }
        waiting = []
    }
}
