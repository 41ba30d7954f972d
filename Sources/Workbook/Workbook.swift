// A chapter imports Workbook alone, and has the whole library with it.
@_exported import Checks
@_exported import Numbers
@_exported import Reports
@_exported import Tensors
@_exported import Text
