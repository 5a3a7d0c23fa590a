extension SQLiteLedger {
    /// How far the making of an archive has come.
    public struct ArchiveProgress: Sendable, Hashable {
        public enum Step: String, Sendable {
            case copyingEntries = "copying the journal"
            case copyingCharges = "copying charges"
            case removing = "removing what was copied"
        }

        public let step: Step
        /// How far the step has come, from 0 to 1.
        public let fraction: Double
        /// How many charges were moved so far.
        public let charges: Int
    }
}
