import Dispatch

/// The state of the files, and the result of reading them.
struct PolicyReading {
    let stamp: PolicyStamp
    let result: Result<Policy.Files.LoadedPolicy, Policy.FileError>
    /// Whether an unchanged stamp means unchanged content, so that the next poll needn't read the files.
    let isSettled: Bool

    /// File systems round times: two edits within this time can leave the same stamp.
    private static let stepMilliseconds: Int64 = 2000
    private static let attempts = 10

    /// Reads the files as they were at one moment: reads them twice, and starts again if the two readings or the stamps
    /// differ. Files that change during every attempt are not loaded; the next poll reads them again.
    init(of files: Policy.Files, at now: Timestamp) {
        for _ in 1...PolicyReading.attempts {
            let stamp = PolicyStamp(of: files)
            let (sources, again) = (files.read(), files.read())
            guard sources.isSame(as: again), stamp == PolicyStamp(of: files) else { continue }
            let result = Result { () throws(Policy.FileError) in try files.load(sources) }
            self.init(stamp: stamp, result: result, at: now)
            return
        }
        let diagnostics = Diagnostics()
        diagnostics.unreadable("these files changed each time that they were read", about: files.path)
        self.init(stamp: PolicyStamp(of: files), result: .failure(diagnostics.failure), at: now)
    }

    /// Reads on a thread that may block, because files can be on a network.
    static func onBlockingThread(of files: Policy.Files, at now: Timestamp) async -> PolicyReading {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "faregate.policy-reading").async {
                continuation.resume(returning: PolicyReading(of: files, at: now))
            }
        }
    }

    private init(stamp: PolicyStamp, result: Result<Policy.Files.LoadedPolicy, Policy.FileError>, at now: Timestamp) {
        self.stamp = stamp
        self.result = result
        let steps = now.advanced(byMilliseconds: -PolicyReading.stepMilliseconds)...now
        // After a failure every poll reads again, because the cause, such as a read error, can end without a new stamp.
        isSettled = (try? result.get()) != nil && !stamp.wasModified(within: steps)
    }
}

/// The list of the files, each with the time of its last change, its size, its inode and its resolved path.
struct PolicyStamp: Hashable {
    private enum Entry: Hashable {
        case found(FileStatus)
        case failed(PolicyDiskError)
    }

    private var entries: [ExactText: Entry] = [:]

    init(of files: Policy.Files) {
        for path in files.watchedPaths {
            do throws(PolicyDiskError) {
                entries[ExactText(path)] = .found(try files.disk.status(of: path))
            } catch {
                entries[ExactText(path)] = .failed(error)
            }
        }
    }

    func wasModified(within range: ClosedRange<Timestamp>) -> Bool {
        entries.values.contains { entry in
            guard case .found(let status) = entry else { return false }
            return range.contains(Timestamp(rawValue: status.modifiedNanoseconds / 1_000_000))
        }
    }
}
