extension SQLiteLedger {
    /// The progress of an archive.
    public struct ArchiveProgress: Sendable, Hashable {
        public enum Step: String, Sendable {
            case copyingEntries = "copying the journal"
            case copyingCharges = "copying charges"
            case removing = "removing copied charges"
        }

        public let step: Step
        /// The progress of the step, from 0 to 1.
        public let fraction: Double
        /// The charges moved so far.
        public let charges: Int
    }
}
