import Tensors
import Text

/// The colours of the figures, on light pages and on dark ones.
///
/// Okabe and Ito's palette (2008, "Color Universal Design"), in the terminal's order, with its light
/// colours darkened for white and all of them lightened for black. No colour stands alone: curves
/// have dashes and names, classes have shapes.
enum Palette {
  /// A colour on light pages and on dark ones.
  struct Colour: Equatable, Sendable {
    let light: String
    let dark: String
  }

  static let card = Colour(light: "#ffffff", dark: "#161b22")
  static let edge = Colour(light: "#d8dee4", dark: "#30363d")
  static let text = Colour(light: "#1f2328", dark: "#e6edf3")
  static let faint = Colour(light: "#57606a", dark: "#a3adb8")
  static let grid = Colour(light: "#e6e9ec", dark: "#2b323b")
  static let axis = Colour(light: "#8c959f", dark: "#6e7681")
  /// Shades a cell under text.
  static let shade = Colour(light: "#0072b2", dark: "#3b8fd6")

  /// Lines, markers and areas: blue, vermilion, green, pink, amber, sky.
  static let series = [
    Colour(light: "#0072b2", dark: "#58aef0"), Colour(light: "#d55e00", dark: "#ff9a52"),
    Colour(light: "#00946b", dark: "#3fcf9f"), Colour(light: "#bd5f95", dark: "#eb9fcb"),
    Colour(light: "#a87800", dark: "#f0d24a"), Colour(light: "#2f93cc", dark: "#a9dcff"),
  ]

  /// The same for text, which is thinner than lines and needs more contrast.
  static let seriesText = [
    Colour(light: "#00629b", dark: "#6cb8f5"), Colour(light: "#ad4b00", dark: "#ffa666"),
    Colour(light: "#00734f", dark: "#4ad6a8"), Colour(light: "#9c4275", dark: "#efabd2"),
    Colour(light: "#7d5a00", dark: "#f2d75c"), Colour(light: "#1a6f9f", dark: "#b4e1ff"),
  ]

  /// The dashes of each series.
  static let dashes = ["none", "8 4", "2 4", "10 4 2 4", "14 5", "5 3"]

  /// The rules of every figure. They name the figure's class, so they do not change the page around it.
  static let styleSheet: String = {
    let type =
      ".workbook{font:13px system-ui,-apple-system,\"Segoe UI\",Helvetica,Arial,sans-serif}"
      + ".workbook .heading{font-weight:600}"
    let lines = dashes.indices.dropFirst().map {
      ".workbook .d\($0){stroke-dasharray:\(dashes[$0])}"
    }
    return "\n\(type)\n\(lines.joined())\n" + rules(\.light)
      + "\n@media (prefers-color-scheme:dark){\n" + rules(\.dark) + "\n}\n"
  }()

  private static func rules(_ colour: KeyPath<Colour, String> & Sendable) -> String {
    func rule(_ selector: String, _ body: String) -> String { ".workbook \(selector){\(body)}" }
    let page = [
      rule(".card", "fill:\(card[keyPath: colour]);stroke:\(edge[keyPath: colour])"),
      rule("text", "fill:\(text[keyPath: colour])"),
      rule(".faint", "fill:\(faint[keyPath: colour])"),
      rule(".grid", "fill:none;stroke:\(grid[keyPath: colour])"),
      rule(".axis", "fill:none;stroke:\(axis[keyPath: colour])"),
      rule(".shade", "fill:\(shade[keyPath: colour])"),
      rule(".plate", "fill:\(card[keyPath: colour])"),
      rule(".dots", "fill:\(axis[keyPath: colour])"),
      rule(".rim", "stroke:\(card[keyPath: colour])"),
    ]
    let classes = Self.series.indices.flatMap { index in
      [
        rule(".s\(index)", "fill:none;stroke:\(series[index][keyPath: colour])"),
        rule(".f\(index)", "fill:\(series[index][keyPath: colour])"),
        rule(".t\(index)", "fill:\(seriesText[index][keyPath: colour])"),
      ]
    }
    return (page + classes).joined(separator: "\n")
  }
}

/// The shapes of points, one for each class.
enum Marker: Int, CaseIterable {
  case disc, triangle, square, diamond, wedge, cross

  /// Returns the shape of a series or a class.
  static func of(_ index: Int) -> Marker { allCases[index % allCases.count] }

  /// Draws the shape around a position.
  func draw(at position: SVG.Position, radius r: Double, in path: inout SVGPath) {
    func corners(_ offsets: [(Double, Double)]) -> [SVG.Position] {
      offsets.map { (position.x + r * $0.0, position.y + r * $0.1) }
    }
    switch self {
    case .disc: path.circle(at: position, radius: r)
    case .triangle: path.polygon(corners([(0, -1.2), (1.15, 0.85), (-1.15, 0.85)]))
    case .square: path.polygon(corners([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]))
    case .diamond: path.polygon(corners([(0, -1.3), (1.1, 0), (0, 1.3), (-1.1, 0)]))
    case .wedge: path.polygon(corners([(0, 1.2), (1.15, -0.85), (-1.15, -0.85)]))
    case .cross:
      let half = 0.4
      path.polygon(
        corners([
          (-half, -1.2), (half, -1.2), (half, -half), (1.2, -half), (1.2, half), (half, half),
          (half, 1.2), (-half, 1.2), (-half, half), (-1.2, half), (-1.2, -half), (-half, -half),
        ]))
    }
  }
}
