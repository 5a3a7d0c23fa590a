extension Ledger {
    /// A version of the policy that was in force, as a ledger keeps it.
    package struct KeptPolicy: Sendable, Encodable {
        package let version: String
        /// When a server first used this version, and when a server last began to use it.
        package let firstAt: Timestamp
        package let latestAt: Timestamp
        package let files: [Policy.FileText]

        package init(version: String, firstAt: Timestamp, latestAt: Timestamp, files: [Policy.FileText]) {
            (self.version, self.firstAt, self.latestAt, self.files) = (version, firstAt, latestAt, files)
        }

        /// Nil if this program can't read the files.
        package var policy: Policy? { policy() }

        /// - Parameters:
        ///   - environment: the variables that `${NAME}` in the files refers to.
        ///   - forSale: whether packs will be sold. If not, a missing variable is no mistake.
        /// - Returns: nil if the files were too large to be kept, or if this program can't read them.
        package func policy(environment: [String: String] = [:], forSale: Bool = false) -> Policy? {
            files.isEmpty ? nil : Policy(kept: files, version: version, environment: environment, forSale: forSale)
        }

        /// When the policy in force at `now` first came into force: when its latest change began, or else ``firstAt``.
        /// Another policy may have been in force in between.
        package func inForceSince(_ policy: Policy, at now: Timestamp) -> Timestamp {
            policy.changes.last { $0.from <= now }?.from ?? firstAt
        }

        /// The most versions that are kept. The one that was used longest ago is dropped.
        package static let maximumCount = 200
        /// The most bytes of one version's files. Of larger ones only the version is kept.
        package static let maximumBytes = 1024 * 1024
    }
}
