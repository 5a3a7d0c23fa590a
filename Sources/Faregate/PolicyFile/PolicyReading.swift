/// What the files looked like and what came of reading them.
struct PolicyReading {
    let stamp: PolicyStamp
    let result: Result<PolicyFiles.LoadedPolicy, PolicyFileError>
    /// The same stamp later means the same content: there is no need to read again.
    let isSettled: Bool

    /// File systems count time in steps: a second edit within the step of the first leaves the same stamp.
    private static let stepMilliseconds: Int64 = 2000
    private static let attempts = 3

    /// Reads the files, and again when they changed meanwhile: half of an edit is not what its author meant.
    /// Files that never rest are taken as they are; the next look finds another stamp.
    init(of files: PolicyFiles, at now: Timestamp) {
        var stamp = PolicyStamp(of: files)
        for attempt in 1... {
            let result = Result { () throws(PolicyFileError) in try files.load() }
            let stampAfterwards = PolicyStamp(of: files)
            if stamp == stampAfterwards || attempt == PolicyReading.attempts {
                self.init(stamp: stamp, result: result, at: now)
                return
            }
            stamp = stampAfterwards
        }
        preconditionFailure("the last attempt returns")
    }

    private init(stamp: PolicyStamp, result: Result<PolicyFiles.LoadedPolicy, PolicyFileError>, at now: Timestamp) {
        self.stamp = stamp
        self.result = result
        let steps = now.advanced(byMilliseconds: -PolicyReading.stepMilliseconds)...now
        // A failure is looked at again each time: giving permission to read a file doesn't change its stamp.
        isSettled = (try? result.get()) != nil && !stamp.wasModified(within: steps)
    }
}

/// The list of the files, and of each the time of its last change, its size, its inode and where it really lies.
struct PolicyStamp: Hashable {
    private enum Entry: Hashable {
        case found(FileStatus)
        case failed(PolicyDiskError)
    }

    private var entries: [String: Entry] = [:]

    init(of files: PolicyFiles) {
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
