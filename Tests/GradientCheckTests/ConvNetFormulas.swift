import Workbook

@testable import ConvNet

/// The small formulas of chapter 5, or none where one of its windows does not fit.
///
/// They are asked for in a file that sees no other chapter. Each has a function of that name, and
/// `ConvNet` in front of it would be the network and not the module.
let convNetFormulas: [any Formula] = (try? smallFormulas()) ?? []
