import Dispatch

/// The state of the files, and the result of reading them.
struct PolicyReading {
    let stamp: PolicyStamp
    let result: Result<Policy.Files.LoadedPolicy, Policy.FileError>
    /// Whether an unchanged stamp means unchanged content, so that the next poll needn't read the files.
    let isSettled: Bool

    /// File systems round times: two edits within this time can leave the same stamp.
    private static let stepMilliseconds: Int64 = 2000
    private static let attempts = 3

    /// Reads the files, and reads them again if they changed meanwhile, so that half of an edit is not loaded.
    /// Files that keep changing are read as they are; the next poll sees a different modification time.
    init(of files: Policy.Files, at now: Timestamp) {
        var stamp = PolicyStamp(of: files)
        for attempt in 1... {
            let result = Result { () throws(Policy.FileError) in try files.load() }
            let stampAfterwards = PolicyStamp(of: files)
            if stamp == stampAfterwards || attempt == PolicyReading.attempts {
                self.init(stamp: stamp, result: result, at: now)
                return
            }
            stamp = stampAfterwards
        }
        preconditionFailure("the last attempt returns")
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

    private var entries: [String: Entry] = [:]

    init(of files: Policy.Files) {
        for path in files.watchedPaths {
            do throws(PolicyDiskError) {
                entries[path] = .found(try files.disk.status(of: path))
            } catch {
                entries[path] = .failed(error)
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
