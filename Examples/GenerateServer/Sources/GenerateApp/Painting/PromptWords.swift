/// The things in a prompt that the painter can draw.
struct PromptWords {
    let mentionsWater: Bool
    let mentionsBoat: Bool
    let mentionsDesert: Bool
    let mentionsMountains: Bool
    let mentionsTrees: Bool
    let mentionsCity: Bool
    let mentionsNight: Bool
    let mentionsDay: Bool
    let mentionsCurrents: Bool
    let mentionsShapes: Bool

    init(_ prompt: String) {
        let words = Set(prompt.lowercased().split { !$0.isLetter }.map(String.init))
        func mentions(_ known: String) -> Bool { !words.isDisjoint(with: known.split(separator: " ").map(String.init)) }
        mentionsWater = mentions(
            "sea ocean lake water river harbour harbor fjord coast beach island bay boat ships ship"
        )
        mentionsBoat = mentions("boat boats ship ships sail sailing sailboat harbour harbor")
        mentionsDesert = mentions("desert dune dunes sahara mars moon")
        mentionsMountains = mentions("mountain mountains alps peak peaks fjord cliff cliffs volcano summit snow")
        mentionsTrees = mentions("tree trees forest wood woods pine pines spruce jungle fox deer owl bear")
        mentionsCity = mentions("city town street skyline tower towers tokyo york oslo london berlin paris train tram")
        mentionsNight = mentions("night moon moonlight star stars midnight dark aurora dream dreams galaxy")
        mentionsDay = mentions("day morning noon sun sunny sunrise sunset summer spring dawn desert")
        mentionsCurrents = mentions("wind flow wave waves storm music song jazz dance smoke silk fire hair current")
        mentionsShapes = mentions(
            "abstract pattern tiles circles geometry bauhaus poster shapes quilt mosaic cat robot"
        )
    }

    var mentionsPlace: Bool {
        mentionsWater || mentionsMountains || mentionsTrees || mentionsCity || mentionsNight || mentionsDay
    }
}
