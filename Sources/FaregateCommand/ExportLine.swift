/// A line of an export.
protocol ExportLine: Encodable {
    var cells: [String] { get }
}
