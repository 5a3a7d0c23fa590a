extension Policy {
    /// A place in a policy file.
    public struct Location: Hashable, Sendable, Codable, CustomStringConvertible {
        /// The file's name as it was given to the loader.
        public let file: String
        /// The line, from 1.
        public let line: Int
        /// The column, from 1, counted in Unicode scalars.
        public let column: Int

        public init(file: String, line: Int, column: Int) {
            self.file = file
            self.line = line
            self.column = column
        }

        /// The place without the file's folder, as charges record it: servers may have the files in different folders.
        package var inFolder: Location {
            Location(file: file.lastPathPart, line: line, column: column)
        }

        public var description: String { "\(file):\(line):\(column)" }
    }
}
