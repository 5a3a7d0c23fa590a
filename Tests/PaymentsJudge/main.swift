import Faregate
import FaregatePayments
import FaregateTesting
import Foundation

// Faregate's side of the table where the providers' own SDKs are the judges (Scripts/judge). It reads one JSON object
// per line from standard input, does what it says, and answers each with one line. It ends with its input.

while let line = readLine() {
    let answer: Answer
    do {
        answer = try await JSONDecoder().decode(Request.self, from: Data(line.utf8)).perform()
    } catch {
        answer = Answer(failure: "\(error)")
    }
    FileHandle.standardOutput.write(try JSONEncoder().encode(answer) + Data("\n".utf8))
}
