/// A colour in sRGB, eight bits a channel.
struct Color: ExpressibleByIntegerLiteral {
    let red: Double
    let green: Double
    let blue: Double

    init(red: Double, green: Double, blue: Double) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// As in `0xF4A261`.
    init(integerLiteral value: Int) {
        self.init(
            red: Double(value >> 16 & 0xFF),
            green: Double(value >> 8 & 0xFF),
            blue: Double(value & 0xFF)
        )
    }

    func mixed(with other: Color, _ share: Double) -> Color {
        Color(
            red: red + (other.red - red) * share,
            green: green + (other.green - green) * share,
            blue: blue + (other.blue - blue) * share
        )
    }

    /// As in `#f4a261`.
    var css: String {
        "#"
            + [red, green, blue].map { channel in
                let value = Int(min(255, max(0, channel.rounded())))
                return (value < 16 ? "0" : "") + String(value, radix: 16)
            }.joined()
    }
}

/// Colours that go well together, from the sky down to the ground in front.
struct Palette {
    let high: Color
    let low: Color
    let light: Color
    let far: Color
    let near: Color
    let accent: Color
    var isNight = false

    static let all = days + nights

    static let days = [
        Palette(high: 0xF6D5C0, low: 0xFDF1E3, light: 0xF2784B, far: 0xE0A890, near: 0x4A2F3C, accent: 0xC8553D),
        Palette(high: 0x9CC9D9, low: 0xF3EBD8, light: 0xFFF7DF, far: 0x8FB7B3, near: 0x1F4A4D, accent: 0xE07A5F),
        Palette(high: 0xE9C9D8, low: 0xFBEDE6, light: 0xE4572E, far: 0xB79CC0, near: 0x3D2C5A, accent: 0xF3A712),
        Palette(high: 0xBFD8C2, low: 0xF5F0DC, light: 0xF0C808, far: 0x94B49F, near: 0x233D30, accent: 0xDD6E42),
        Palette(high: 0xF3C98B, low: 0xFBE9C6, light: 0xDA627D, far: 0xD69F7E, near: 0x450920, accent: 0xA53860),
        Palette(high: 0xA9BCD0, low: 0xF1E4E8, light: 0xFFD6A5, far: 0x8E9AAF, near: 0x22304A, accent: 0xEE6C4D),
    ]

    static let nights = [
        Palette(
            high: 0x0B1330,
            low: 0x3C3F77,
            light: 0xF5EFD5,
            far: 0x4A4E8A,
            near: 0x080B1C,
            accent: 0xE2B6CF,
            isNight: true
        ),
        Palette(
            high: 0x061A23,
            low: 0x1F5F6B,
            light: 0xDDF3E4,
            far: 0x2B6F76,
            near: 0x04110F,
            accent: 0xF4B860,
            isNight: true
        ),
        Palette(
            high: 0x1B0B2B,
            low: 0x7B2D5B,
            light: 0xFFE0B5,
            far: 0x7A3B69,
            near: 0x12071F,
            accent: 0xF58A7A,
            isNight: true
        ),
    ]
}
