import Foundation

/// Anniversaries: the same local time, days or months later.
///
/// Computed here, not by Foundation's calendar, so that no release of Foundation, on any platform, moves a period for
/// which credits have already been granted.
extension WindowCalendar {
    /// Returns the moment with the same local time the given months and days later. A day that the month doesn't have
    /// becomes its last day. A local time that is skipped when clocks go forward moves later by the skipped time. If a
    /// local time occurs twice, the first one counts.
    package func advance(_ moment: Timestamp, months: Int64 = 0, days: Int64 = 0) -> Timestamp {
        guard months != 0 || days != 0 else { return moment }
        let local = localTime(of: moment)
        let date = CivilDate(dayNumber: local.day).adding(months: months)
        return self.moment(ofLocal: (date.dayNumber + days) * millisecondsPerDay + local.milliseconds)
    }

    /// Returns the local date, and the milliseconds since its midnight.
    func localTime(of moment: Timestamp) -> (day: Int64, milliseconds: Int64) {
        let local = moment.rawValue + offset(at: moment.rawValue)
        let (day, milliseconds) = divideFloored(local, by: millisecondsPerDay)
        return (day, milliseconds)
    }

    private func moment(ofLocal local: Int64) -> Timestamp {
        // `local` is read as UTC here. No zone is a day or more away from UTC, so if the clocks change at this local
        // time, the change lies between these two moments.
        let before = offset(at: local - millisecondsPerDay)
        let after = offset(at: local + millisecondsPerDay)
        let first = local - before
        let second = local - after
        if before == after || offset(at: first) == before { return Timestamp(rawValue: first) }
        // If the new offset doesn't fit either, the clocks skip this local time. The old offset then gives a moment
        // after the change, later by the skipped time.
        return Timestamp(rawValue: offset(at: second) == after ? second : first)
    }

    /// Returns local time minus UTC, in milliseconds.
    func offset(at moment: Int64) -> Int64 {
        // Clocks change at a full second, and a `Date` of full seconds is exact.
        let seconds = floorDivide(Timestamp(rawValue: moment).withinCalendar.rawValue, 1000)
        return Int64(timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))) * 1000
    }
}

extension Timestamp {
    /// The beginning of the year 1 and the end of the year 9999. Within this range, the calendars of all platforms give
    /// the same dates.
    static let calendarStart = Timestamp(rawValue: -62_135_596_800_000)
    package static let calendarEnd = Timestamp(rawValue: 253_402_300_800_000)

    var withinCalendar: Timestamp {
        Swift.min(Swift.max(self, .calendarStart), Timestamp(rawValue: Timestamp.calendarEnd.rawValue - 1))
    }
}

/// A day of the Gregorian calendar, extended to dates before its introduction. From "chrono-compatible low-level date
/// algorithms": https://howardhinnant.github.io/date_algorithms.html
struct CivilDate: Equatable {
    var year: Int64
    /// 1 to 12.
    var month: Int64
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// - Parameter dayNumber: days since 1970-01-01.
    init(dayNumber: Int64) {
        // If years begin in March, the leap day is the last day. An era is 400 such years.
        let shifted = dayNumber + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    var dayNumber: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = floorDivide(shiftedYear, 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Months since the beginning of the year 0.
    var monthNumber: Int64 { year * 12 + month - 1 }

    func adding(months: Int64) -> CivilDate {
        let number = monthNumber + months
        let year = floorDivide(number, 12)
        let month = number - year * 12 + 1
        return CivilDate(year: year, month: month, day: min(day, CivilDate.days(inMonth: month, of: year)))
    }

    static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        let isLeap = year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
        switch month {
        case 2: return isLeap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }
}

func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
    divideFloored(number, by: divisor).quotient
}

/// Rounds down, so that the remainder is never negative.
func divideFloored(_ number: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}
